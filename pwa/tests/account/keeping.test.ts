import { afterEach, describe, expect, it, vi } from 'vitest'
import { logHours } from '../../src/actions/book/hours'
import type { Door, Knock } from '../../src/actions/door/door'
import { isRefused } from '../../src/actions/refused'
import { whatItKeeps } from '../../src/actions/door/probe'
import { activate, hasRoom, logIn, MOST_ACCOUNTS } from '../../src/actions/door/enter'
import { logOut, retireLent } from '../../src/actions/door/leave'
import { accountDb } from '../../src/db/account/account'
import { putAccount, readAccounts, wipeAccount } from '../../src/db/account/accounts'
import { endLoan, readKey, readStoredKey } from '../../src/db/account/keys'
import { readMeta } from '../../src/db/account/meta'
import { storePage } from '../../src/db/book/page'
import guard from '../../../server/api/guard.py?raw'
import { BOOK, hours, rows } from '../cast'
import { page } from '../world'

function doors(person: string) {
  const knocked: string[] = []
  const me = { person: { id: person, name: '林一', login: 'lin' }, epoch: 'e', server_key: { crv: 'P-256', kty: 'EC', x: 'x', y: 'y' } }
  const door: Door = {
    async post<T>(path: string) {
      knocked.push(path)
      return { as: 'answer', answer: path.endsWith('/api/devices') ? { certificate: 'c' } : me } as Knock<T>
    },
    get: async <T>() => ({ as: 'no_network' }) as Knock<T>,
    put: async <T>() => ({ as: 'no_network' }) as Knock<T>,
    drop: async <T>() => ({ as: 'no_network' }) as Knock<T>,
    as: (account) => ({ ...door, post: (path, body) => door.post(`${account} ${path}`, body) }),
  }
  return { door, knocked }
}

const slip = { login: 'lin', code: 'ABCDE-FGHJK' }
const wish = { password: 'a long one', label: 'phone', shared: false }

/** A private window of some browsers: a database, but none that takes a key. */
function refuseKeys() {
  const put = IDBObjectStore.prototype.put
  const hasKey = (body: unknown): boolean =>
    body instanceof CryptoKey || (typeof body === 'object' && body !== null && Object.values(body).some(hasKey))
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, body: unknown, key?: IDBValidKey) {
    if (hasKey(body)) throw new DOMException('no keys here', 'DataCloneError')
    return put.call(this, body, key)
  })
}

const refuseDatabases = () =>
  vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(() => {
    throw new DOMException('not here', 'SecurityError')
  })

afterEach(() => vi.restoreAllMocks())

describe('what a browser keeps', () => {
  it('is found by trying, and nothing of the trial stays', async () => {
    expect(await whatItKeeps()).toBe('all')
    refuseKeys()
    expect(await whatItKeeps()).toBe('no_key')
    vi.restoreAllMocks()
    refuseDatabases()
    expect(await whatItKeeps()).toBe('nothing')
  })

  it('is asked before the activation code is used up', async () => {
    refuseDatabases()
    const { door, knocked } = doors('k0')
    expect(await activate(door, slip, wish, 1)).toEqual({ refused: 'keeps_nothing' })
    expect(await logIn(door, { login: 'lin', password: 'p' }, wish, 1)).toEqual({ refused: 'keeps_nothing' })
    expect(knocked).toEqual([])
  })

  it('may fail after the code is used up: then the log-in is the way', async () => {
    const open = vi.spyOn(IDBFactory.prototype, 'open')
    const { door } = doors('k1')
    const post = door.post
    door.post = (path, body) => {
      open.mockImplementation(() => {
        throw new DOMException('gone', 'SecurityError')
      })
      return post(path, body)
    }
    expect(await activate(door, slip, wish, 1)).toEqual({ refused: 'activated_only' })
  })
})

describe('a phone that stores no key', () => {
  async function entered(person: string) {
    refuseKeys()
    const { door, knocked } = doors(person)
    expect(await activate(door, slip, wish, 1)).toEqual({ person, online_only: true })
    const db = accountDb(person)
    await db.docs.bulkPut(rows)
    await db.books.put({ id: BOOK, seq: 1, chain: '', resetting: null })
    return { db, door, knocked }
  }

  it('signs with a key of this page, and saved means that the server has it', async () => {
    const { db } = await entered('11111111-1111-4111-8111-111111111111')
    expect(await readStoredKey(db)).toBeUndefined()
    expect((await readKey(db))?.certificate).toBe('c')
    const saving = logHours(db, hours, 7)
    await vi.waitFor(async () => expect(await db.outbox.count()).toBe(1))
    const [sent] = await db.outbox.toArray()
    await storePage(db, page({ verdicts: { [sent!.id]: { as: 'accepted', seq: 4 } } }), {}, 9)
    expect(isRefused(await saving)).toBe(false)
    expect((await readKey(db))?.count).toBe(1)
  })

  it('reads on after a reload, but writes only after a new log-in', async () => {
    const { db, door } = await entered('k3')
    endLoan(db)
    expect(await logHours(db, hours, 7)).toEqual({ refused: 'online_only' })
    expect(await db.docs.count()).toBe(1)
    await logIn(door, { login: 'lin', password: 'p' }, wish, 2)
    expect((await readKey(db))?.certificate).toBe('c')
  })

  it('tells the server that its key is no more, when the page goes and at log-out', async () => {
    const { db, door, knocked } = await entered('k4')
    const id = (await readKey(db))!.id
    retireLent(door)
    expect(knocked).toContain(`k4 /api/devices/${id}/revoke`)
    knocked.length = 0
    await logOut(door, 'k4')
    expect(knocked).toEqual([`k4 /api/devices/${id}/revoke`, 'k4 /api/logout'])
    expect((await readAccounts()).some((row) => row.id === 'k4')).toBe(false)
    knocked.length = 0
    retireLent(door)
    expect(knocked.filter((path) => path.startsWith('k4'))).toEqual([])
  })

  it('keeps its key where a browser has learned to store one', async () => {
    const { door } = await entered('k5')
    vi.restoreAllMocks()
    expect(await logIn(door, { login: 'lin', password: 'p' }, wish, 2)).toEqual({ person: 'k5', online_only: false })
    const db = accountDb('k5')
    expect((await readStoredKey(db))?.certificate).toBe('c')
    expect(await readMeta(db, 'once')).toBe(false)
  })
})

describe('how many share a phone', () => {
  it('is the same number here and at the server', () => {
    expect(guard).toContain(`MOST_ACCOUNTS = ${MOST_ACCOUNTS}\n`)
  })

  it('is told before anything is asked of the server; who is here already comes in again', async () => {
    for (const { id } of await readAccounts()) await wipeAccount(id)
    for (const n of [1, 2]) await putAccount({ id: `f${n}`, name: '', login: `f${n}`, used_at: n, locked: true })
    expect(await hasRoom('lin')).toBe(true)
    await putAccount({ id: 'f3', name: '', login: 'f3', used_at: 3, locked: true })
    const { door, knocked } = doors('f4')
    expect(await activate(door, slip, wish, 1)).toEqual({ refused: 'accounts_full' })
    expect(await logIn(door, { login: 'lin', password: 'p' }, wish, 1)).toEqual({ refused: 'accounts_full' })
    expect(knocked).toEqual([])
    expect(await hasRoom('F2')).toBe(true)
    expect((await logIn(door, { login: 'f2', password: 'p' }, wish, 1)) as object).not.toHaveProperty('refused')
  })
})
