import { describe, expect, it } from 'vitest'
import { renewCertificate } from '../../src/net/care'
import { ask } from '../../src/net/door'
import { exchange } from '../../src/net/exchange'
import { START } from '../../src/net/pace'
import { putMeta, readMeta } from '../../src/db/account/meta'
import { putKey } from '../../src/db/account/keys'
import { makeKey } from '../../src/device/key'
import { json, lineTo, phone, write } from '../world'

/** What was asked, as it went out. */
function listen() {
  const asked: { path: string; method: string; headers: Record<string, string>; body: unknown }[] = []
  const fetching = async (path: string, init: RequestInit) => {
    const { method, headers, body } = init
    asked.push({ path, method: method ?? '', headers: headers as Record<string, string>, body })
    return json({ certificate: 'c' })
  }
  return { asked, fetching }
}

describe('the door', () => {
  it('says for whom it asks, and nothing when nobody is in', async () => {
    const { asked, fetching } = listen()
    await ask(fetching, '/api/me', { method: 'GET', account: 'p1' })
    await ask(fetching, '/api/login', { body: { login: 'lin' } })
    expect(asked.map(({ headers }) => headers['X-Account'])).toEqual(['p1', undefined])
    expect(asked.every(({ headers }) => headers['X-App'] === '1')).toBe(true)
  })

  it('sends JSON with whatever changes something, and no body with a question', async () => {
    const { asked, fetching } = listen()
    for (const method of ['GET', 'POST', 'PUT', 'DELETE'] as const) await ask(fetching, '/api/x', { method })
    expect(asked.map(({ headers }) => headers['Content-Type'])).toEqual([undefined, ...Array(3).fill('application/json')])
    expect(asked.map(({ body }) => body)).toEqual([undefined, '{}', '{}', '{}'])
  })

  it('is knocked at by a line for its own account, whoever wrote what it carries', async () => {
    const { asked, fetching } = listen()
    const db = await phone()
    await write(db, 'x')
    await putKey(db, await makeKey())
    const line = { ...lineTo(db, fetching), account: 'p2' }
    await exchange(line, START, new AbortController().signal)
    await renewCertificate(line, 1)
    expect(asked.map(({ path, headers }) => [path, headers['X-Account']])).toEqual([
      ['/api/sync', 'p2'],
      ['/api/devices', 'p2'],
    ])
  })

  it('remembers why a key was not taken after the log-in, so that the form can say it', async () => {
    const db = await phone()
    await putKey(db, await makeKey())
    await putMeta(db, 'enrol_word', 'no_network')
    await renewCertificate(lineTo(db, async () => json({ word: 'too_many_devices' }, 409)), 1)
    expect(await readMeta(db, 'enrol_word')).toBe('too_many_devices')
  })
})
