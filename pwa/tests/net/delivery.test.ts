import { describe, expect, it, vi } from 'vitest'
import { deliver, takenBack } from '../../src/actions/book/delivery'
import { makeOps, type Act } from '../../src/actions/book/make'
import { logHours } from '../../src/actions/book/hours'
import type { Door, Knock } from '../../src/actions/door/door'
import { isRefused } from '../../src/actions/refused'
import { activate } from '../../src/actions/door/enter'
import { logOut } from '../../src/actions/door/leave'
import { accountDb } from '../../src/db/account/account'
import { readAccounts } from '../../src/db/account/accounts'
import { putMeta } from '../../src/db/account/meta'
import { storePage } from '../../src/db/book/page'
import { BOOK, enrolled, hours } from '../cast'
import { page } from '../world'

const act = { book: 'b', kind: 'note.added', of: null, body: { text: 'x' } }
const row = (id: string) => ({ id, jws: `jws-${id}`, book: 'b', doc: `d-${id}`, kind: 'note.added', at: 1, carried: false })

describe('where nothing may be kept', () => {
  it('a save is done once the server has accepted it', async () => {
    const { db } = await enrolled()
    const done = deliver(db, [act], [row('a')], { wait_ms: 5000 })
    await new Promise((go) => setTimeout(go, 30))
    await storePage(db, page({ verdicts: { a: { as: 'accepted', seq: 4 } } }), {}, 9)
    expect(await done).toEqual(new Map())
  })

  it('a refusal is told and nothing of it stays', async () => {
    const { db } = await enrolled()
    const done = deliver(db, [act], [row('r')], { wait_ms: 5000 })
    await new Promise((go) => setTimeout(go, 30))
    await storePage(db, page({ verdicts: { r: { as: 'refused', word: 'month_locked' } } }), {}, 9)
    expect(await done).toEqual(new Map([['r', { refused: 'month_locked' }]]))
    expect(await db.outbox.count()).toBe(0)
  })

  it('what nobody answered is taken back, and the same saved again is the same op', async () => {
    const { db } = await enrolled()
    expect(await deliver(db, [act], [row('t')], { wait_ms: 40 })).toEqual(new Map([['t', { refused: 'not_delivered' }]]))
    expect(await db.outbox.count()).toBe(0)
    expect(takenBack(db, act)?.id).toBe('t')
    expect(takenBack(db, { ...act, body: { text: 'y' } })).toBeUndefined()
  })

  it('of several each has its own word: taken, refused, under way', async () => {
    const { db } = await enrolled()
    const acts = ['1', '2', '3'].map((text) => ({ ...act, body: { text } }))
    const done = deliver(db, acts, [row('no'), row('yes'), row('gone')], { wait_ms: 300 })
    await new Promise((go) => setTimeout(go, 30))
    await storePage(db, page({ verdicts: { no: { as: 'refused', word: 'stale_version' }, yes: { as: 'accepted', seq: 4 } } }), {}, 9)
    expect(await done).toEqual(new Map([['no', { refused: 'stale_version' }], ['gone', { refused: 'not_delivered' }]]))
    expect(acts.map((one) => takenBack(db, one)?.id)).toEqual([undefined, undefined, 'gone'])
  })

  it('a batch says which were taken, and what was under way goes again as the same op', async () => {
    const { db } = await enrolled()
    await putMeta(db, 'once', true)
    const note = (text: string): Act => ({ book: BOOK, kind: 'note.added', doc: crypto.randomUUID(), of: null, deps: [], body: { text, about: null } })
    const acts = ['a', 'b', 'c'].map(note)
    expect(await deliver(db, [acts[2]!], [{ ...row('c'), book: BOOK }], { wait_ms: 40 })).toEqual(new Map([['c', { refused: 'not_delivered' }]]))
    const made = makeOps(db, acts, 7)
    await vi.waitFor(async () => expect(await db.outbox.count()).toBe(3))
    const sent = (await db.outbox.toArray()).sort((x, y) => x.number! - y.number!).map(({ id }) => id)
    expect(sent[2]).toBe('c')
    const accepted = { as: 'accepted', seq: 4 } as const
    await storePage(db, page({ verdicts: { [sent[0]!]: { as: 'refused', word: 'month_locked' }, [sent[1]!]: accepted, c: accepted } }), {}, 9)
    expect(await made).toEqual([{ refused: 'month_locked' }, { id: sent[1], doc: acts[1]!.doc }, { id: 'c', doc: 'd-c' }])
    expect(takenBack(db, acts[2]!)).toBeUndefined()
  })

  it('hours are sent, not kept: the form hears that they did not go', async () => {
    const { db } = await enrolled()
    await putMeta(db, 'once', true)
    const saving = logHours(db, hours, 7)
    await new Promise((go) => setTimeout(go, 50))
    const [sent] = await db.outbox.toArray()
    await storePage(db, page({ verdicts: { [sent!.id]: { as: 'accepted', seq: 4 } } }), {}, 9)
    expect(isRefused(await saving)).toBe(false)
  })
})

describe('logging out inside WeChat', () => {
  const me = (id: string) => ({ person: { id, name: '林一', login: 'lin' }, epoch: 'e', server_key: { crv: 'P-256', kty: 'EC', x: 'x', y: 'y' } })

  function doors(id: string, online: () => boolean) {
    const knocked: string[] = []
    const door: Door = {
      async post<T>(path: string, body: unknown) {
        knocked.push(path)
        // The server takes no field it does not know.
        const asked = Object.keys(body as object).sort().join()
        if (path === '/api/activation' && asked !== 'code,label,login,password,proof,shared') return { as: 'refused', word: 'bad_request' } as Knock<T>
        if (!online()) return { as: 'no_network' } as Knock<T>
        return { as: 'answer', answer: path === '/api/devices' ? { certificate: 'c' } : me(id) } as Knock<T>
      },
      get: async <T>() => ({ as: 'no_network' }) as Knock<T>,
      put: async <T>() => ({ as: 'no_network' }) as Knock<T>,
      drop: async <T>() => ({ as: 'no_network' }) as Knock<T>,
      as: () => door,
    }
    return { door, knocked }
  }

  it('retires the key and leaves nothing behind', async () => {
    const { door, knocked } = doors('wx1', () => true)
    await activate(door, { login: 'lin', code: 'ABCDE-FGHJK' }, { password: 'a long one', label: '微信', shared: false, once: true }, 1)
    const key = await accountDb('wx1').keys.get('device')
    await deliver(accountDb('wx1'), [act], [row('w')], { wait_ms: 40 })
    expect(takenBack(accountDb('wx1'), act)?.id).toBe('w')
    await logOut(door, 'wx1')
    expect(takenBack(accountDb('wx1'), act)).toBeUndefined()
    expect(knocked).toContain(`/api/devices/${key!.id}/revoke`)
    expect((await readAccounts()).map(({ id }) => id)).not.toContain('wx1')
    expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain('jiangji-wx1')
  })

  it('only locks while the server cannot be told', async () => {
    let online = true
    const { door } = doors('wx2', () => online)
    await activate(door, { login: 'lin', code: 'ABCDE-FGHJK' }, { password: 'a long one', label: '微信', shared: false, once: true }, 1)
    online = false
    await deliver(accountDb('wx2'), [act], [row('w')], { wait_ms: 40 })
    await logOut(door, 'wx2')
    expect(takenBack(accountDb('wx2'), act)?.id).toBe('w')
    expect((await readAccounts()).find(({ id }) => id === 'wx2')?.locked).toBe(true)
    expect(await accountDb('wx2').keys.get('device')).toBeDefined()
  })
})
