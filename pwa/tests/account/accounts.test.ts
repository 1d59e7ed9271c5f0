import { describe, expect, it } from 'vitest'
import { accountDb } from '../../src/db/account/account'
import { finishWiping, lockOthers, putAccount, readAccounts, wipeAccount } from '../../src/db/account/accounts'
import { putMeta } from '../../src/db/account/meta'
import { bring } from '../../src/net/others'
import { START } from '../../src/net/pace'
import { json, lineTo, phone, Server, states, write } from '../world'

const signal = () => new AbortController().signal

/** The server, with a session for the named accounts only. */
function sessions(server: Server, ...alive: string[]) {
  const asked: string[] = []
  const fetching = async (path: string, init: RequestInit): Promise<Response> => {
    const account = (init.headers as Record<string, string>)['X-Account'] ?? ''
    asked.push(account)
    return alive.includes(account) ? server.fetching(path, init) : json({ word: 'not_signed_in' }, 401)
  }
  return { asked, fetching }
}

describe('an outbox that is not open', () => {
  it('goes out by its own session, documents and all', async () => {
    const [db, server] = [await phone(), new Server()]
    await write(db, 'a')
    const line = lineTo(db, sessions(server, db.name.slice(8)).fetching)
    await bring(line, 'open', START, signal())
    expect(await states(db)).toEqual({})
    expect(await db.docs.count()).toBe(1)
  })

  it('is carried by the open account once its own session has ended, and waits for its documents', async () => {
    const [db, server] = [await phone(), new Server()]
    for (const id of ['a', 'b']) await write(db, id)
    server.judge = (id) => (id === 'b' ? { as: 'refused', word: 'month_locked' } : null)
    await putMeta(db, 'synced_at', 7)
    await db.books.put({ id: 'b', seq: 0, chain: 'e1-0', resetting: null })
    const wire = sessions(server, 'open')
    const round = await bring(lineTo(db, wire.fetching), 'open', START, signal())
    expect(wire.asked).toEqual([db.name.slice(8), 'open'])
    expect(round.carried).toBe(true)
    expect(server.asked[0]).toMatchObject({ have: {}, limit: 0 })
    expect(await states(db)).toEqual({ a: 'accepted', b: 'refused' })
    expect(await db.docs.count()).toBe(0)
    expect(await db.meta.get('epoch')).toBeUndefined()

    const own = lineTo(db, sessions(server, db.name.slice(8)).fetching)
    await bring(own, 'open', START, signal())
    expect(await states(db)).toEqual({ b: 'refused' })
    expect((await db.kept.toArray()).map((row) => row.id)).toEqual(['a'])
    expect(server.seq).toBe(1)
  })

  it('stays where it is when nobody is signed in', async () => {
    const [db, server] = [await phone(), new Server()]
    await write(db, 'a')
    expect((await bring(lineTo(db, sessions(server).fetching), null, START, signal())).outcome).toBe('login')
    expect(await states(db)).toEqual({ a: 'waiting' })
  })
})

describe('the list of accounts', () => {
  const row = (id: string, used_at: number) => ({ id, name: id, login: id, used_at, locked: false })

  it('locks everybody but who has come in', async () => {
    for (const [n, id] of ['l1', 'l2', 'l3'].entries()) await putAccount(row(id, n))
    await lockOthers('l2')
    expect((await readAccounts()).map(({ id, locked }) => [id, locked])).toEqual([['l3', true], ['l2', false], ['l1', true]])
  })

  it('finishes at the next start what was cut off while an account was taken off', async () => {
    await putAccount(row('w1', 9))
    const db = accountDb('w1')
    await putMeta(db, 'person', { id: 'w1', name: 'w', login: 'w' })
    db.close()
    await putAccount({ ...row('w1', 9), leaving: true })
    expect((await readAccounts()).map(({ id }) => id)).not.toContain('w1')
    await finishWiping()
    expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain('jiangji-w1')
    await wipeAccount('w1')
    expect((await readAccounts()).map(({ id }) => id)).not.toContain('w1')
  })
})
