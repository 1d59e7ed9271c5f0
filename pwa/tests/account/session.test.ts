import { describe, expect, it } from 'vitest'
import type { Door, Knock } from '../../src/actions/door/door'
import { isRefused } from '../../src/actions/refused'
import { activate, logIn, unlock } from '../../src/actions/door/enter'
import { leavePhone, logOut, mayLeave } from '../../src/actions/door/leave'
import { changePin, maySign, setPin } from '../../src/actions/door/pin'
import { exportUnsent, noteExported } from '../../src/actions/copy/unsent'
import { accountDb } from '../../src/db/account/account'
import { readAccounts } from '../../src/db/account/accounts'
import { readKey } from '../../src/db/account/keys'
import { readMeta } from '../../src/db/account/meta'
import { readPen } from '../../src/db/book/pen'
import { closeOutbox } from '../../src/db/book/outbox'
import { write } from '../world'

/** A server's doors, as far as coming and going needs them. */
function doors(person: string, devices: () => Knock<unknown> = () => ({ as: 'answer', answer: { certificate: 'c' } })) {
  const knocked: string[] = []
  const me = { person: { id: person, name: '林一', login: 'lin' }, epoch: 'e', server_key: { crv: 'P-256', kty: 'EC', x: 'x', y: 'y' } }
  const door: Door = {
    async post<T>(path: string) {
      knocked.push(path)
      const knock = path.endsWith(' /api/devices') ? devices() : { as: 'answer', answer: me }
      return knock as Knock<T>
    },
    get: async <T>() => ({ as: 'no_network' }) as Knock<T>,
    put: async <T>() => ({ as: 'no_network' }) as Knock<T>,
    drop: async <T>() => ({ as: 'no_network' }) as Knock<T>,
    as: (account) => ({ ...door, post: (path, body) => door.post(`${account} ${path}`, body) }),
  }
  return { door, knocked }
}

const wish = { password: 'a long one', label: 'phone', shared: true }

describe('coming and going', () => {
  it('enrols a key at activation and shows the same key at the next log-in', async () => {
    const { door } = doors('p1')
    expect(await activate(door, { login: 'lin', code: 'ABCDE-FGHJK' }, wish, 1)).toEqual({ person: 'p1', online_only: false })
    const db = accountDb('p1')
    const key = await readKey(db)
    expect(key?.certificate).toBe('c')
    await logIn(door, { login: 'lin', password: wish.password }, { label: 'phone', shared: false }, 2)
    expect((await readKey(db))?.id).toBe(key?.id)
    expect(await readMeta(db, 'shared')).toBe(true)
  })

  it('gives a retired key a successor and keeps the outbox', async () => {
    await activate(doors('p2').door, { login: 'lin', code: 'ABCDE-FGHJK' }, wish, 1)
    const db = accountDb('p2')
    const key = await readKey(db)
    await write(db, 'x')
    const answers: Knock<unknown>[] = [{ as: 'refused', word: 'device_ended' }, { as: 'answer', answer: { certificate: 'new' } }]
    await logIn(doors('p2', () => answers.shift()!).door, { login: 'lin', password: 'p' }, wish, 2)
    const successor = await readKey(db)
    expect(successor?.id).not.toBe(key?.id)
    expect(successor?.certificate).toBe('new')
    expect(await db.outbox.count()).toBe(1)
  })

  it('locks at log-out and opens with the PIN, without a network', async () => {
    const { door, knocked } = doors('p3')
    await activate(door, { login: 'lin', code: 'ABCDE-FGHJK' }, wish, 1)
    const db = accountDb('p3')
    expect(await setPin(db, '12')).toEqual({ refused: 'pin_shape' })
    expect(await setPin(db, '2468')).toBeNull()
    expect(await changePin(db, '1111', '9999', 3)).toEqual({ refused: 'pin_wrong' })
    expect(await changePin(db, '2468', '1357', 3)).toBeNull()
    expect(await changePin(db, '1357', '2468', 3)).toBeNull()
    await write(db, 'x')
    await logOut(door, 'p3')
    expect(knocked.slice(-2)).toEqual(['p3 /api/devices', 'p3 /api/logout'])
    expect((await readAccounts()).find((row) => row.id === 'p3')?.locked).toBe(true)
    expect(await db.outbox.count()).toBe(1)
    expect(await unlock('p3', '1111', 5)).toEqual({ refused: 'pin_wrong' })
    expect(maySign(db, (await readPen(db, new Map())).facts, 5)).toEqual({ refused: 'pin_needed' })
    expect(await unlock('p3', '2468', 5)).toBeNull()
    expect(maySign(db, (await readPen(db, new Map())).facts, 5)).toBeNull()
    expect((await readAccounts()).find((row) => row.id === 'p3')?.locked).toBe(false)
  })

  it('wipes nothing while unsent work is nowhere else', async () => {
    const { door } = doors('p4')
    await activate(door, { login: 'lin', code: 'ABCDE-FGHJK' }, wish, 1)
    const db = accountDb('p4')
    await write(db, 'x')
    expect(isRefused(await leavePhone(door, 'p4'))).toBe(true)
    expect(await db.outbox.count()).toBe(1)
    await noteExported(db, await exportUnsent(db, 1))
    expect(await mayLeave(db)).toBeNull()
    db.close()
    expect(await leavePhone(door, 'p4')).toBeNull()
    expect((await indexedDB.databases()).map((known) => known.name)).not.toContain('jiangji-p4')
    expect((await readAccounts()).map((row) => row.id)).not.toContain('p4')
  })

  it('lets no other tab save into an account that leaves, nor into what is left of it', async () => {
    const { door } = doors('p5')
    await activate(door, { login: 'lin', code: 'ABCDE-FGHJK' }, wish, 1)
    const other = accountDb('p5')
    const [left, saved] = await Promise.all([leavePhone(door, 'p5'), write(other, 'x')])
    expect(isRefused(left)).toBe(saved === null)
    expect(await write(other, 'y')).toEqual(saved === null ? null : { trouble: 'account_gone' })
  })

  it('saves again once an account whose leaving was cut off is opened', async () => {
    const { door } = doors('p6')
    await activate(door, { login: 'lin', code: 'ABCDE-FGHJK' }, wish, 1)
    const db = accountDb('p6')
    expect(await closeOutbox(db)).toBe(true)
    expect(await write(db, 'x')).toEqual({ trouble: 'account_gone' })
    await logIn(door, { login: 'lin', password: wish.password }, wish, 2)
    expect(await write(db, 'x')).toBeNull()
    expect(isRefused(await leavePhone(door, 'p6'))).toBe(true)
    expect((await readAccounts()).find((row) => row.id === 'p6')?.locked).toBe(false)
  })
})
