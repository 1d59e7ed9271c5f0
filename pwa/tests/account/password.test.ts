import { describe, expect, it } from 'vitest'
import type { Door, Knock } from '../../src/actions/door/door'
import { changePassword, isTooShort } from '../../src/actions/door/password'

/** A server that answers so, and remembers what it was asked. */
function server(answer: Knock<unknown>) {
  const asked: unknown[] = []
  const post = (path: string, body: unknown) => {
    asked.push([path, body])
    return Promise.resolve(answer)
  }
  return { asked, door: { post } as unknown as Door }
}

describe('a new password', () => {
  it('is the server’s to take', async () => {
    const { door, asked } = server({ as: 'answer', answer: {} })
    expect(await changePassword(door, 'old-one-old', 'a-new-one-22')).toBeNull()
    expect(asked).toEqual([['/api/password', { old: 'old-one-old', new: 'a-new-one-22' }]])
  })

  it.each<[string, Knock<unknown>, object]>([
    ['the old one is wrong', { as: 'refused', word: 'wrong_password' }, { refused: 'wrong_password' }],
    ['it is easily guessed', { as: 'refused', word: 'weak_password' }, { refused: 'weak_password' }],
    ['it was tried too often', { as: 'later', word: 'too_many_requests', wait_ms: 9000 }, { refused: 'too_many_requests', wait_ms: 9000 }],
    ['there is no network', { as: 'no_network' }, { refused: 'no_network' }],
  ])('is told no when %s', async (_, answer, refused) => {
    expect(await changePassword(server(answer).door, 'old-one-old', 'a-new-one-22')).toEqual(refused)
  })

  it('is known to be too short without the server, which counts characters and not bytes', () => {
    expect(['1234567', '匠迹匠迹匠迹匠', '😀😀😀😀', '12345678'].map(isTooShort)).toEqual([true, true, true, false])
  })
})
