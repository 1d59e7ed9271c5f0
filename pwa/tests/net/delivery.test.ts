import { describe, expect, it, vi } from 'vitest'
import { deliver, takenBack } from '../../src/actions/book/delivery'
import { makeOps, type Act } from '../../src/actions/book/make'
import { claimResult } from '../../src/actions/book/results'
import { logHours } from '../../src/actions/book/hours'
import { claimName, dropDraft, hoursName } from '../../src/actions/form/draft'
import type { Door, Knock } from '../../src/actions/door/door'
import { isRefused } from '../../src/actions/refused'
import { activate } from '../../src/actions/door/enter'
import { logOut } from '../../src/actions/door/leave'
import { accountDb, type AccountDb } from '../../src/db/account/account'
import { readAccounts } from '../../src/db/account/accounts'
import { putMeta } from '../../src/db/account/meta'
import { storePage } from '../../src/db/book/page'
import { parseOp } from '../../src/sync/op'
import { blankClaim, resultContentOf } from '../../src/use/results/claim'
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

describe('one form makes one document, whatever became of its first try', () => {
  const form = { name: hoursName(BOOK), stamp: null }
  const ask = (db: AccountDb, text: string, draft = form) => logHours(db, { ...hours, text }, 7, draft)

  /** Nobody answers: the text is still in the form, and what was sent may have arrived. */
  async function unanswered(db: AccountDb, text: string) {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const saving = ask(db, text)
    const sent = await arrived(db)
    await vi.advanceTimersByTimeAsync(20_000)
    vi.useRealTimers()
    expect(await saving).toEqual({ refused: 'not_delivered' })
    return sent
  }

  async function arrived(db: AccountDb) {
    for (;;) {
      const rows = (await db.outbox.toArray()).filter(({ state }) => state === 'waiting')
      if (rows.length) return rows.sort((a, b) => a.number - b.number)
    }
  }

  const answer = (db: AccountDb, rows: { id: string }[], ...words: string[]) =>
    storePage(db, page({ verdicts: Object.fromEntries(rows.map(({ id }, at) => [id, words[at] ? { as: 'refused', word: words[at] } : { as: 'accepted', seq: 4 + at }])) }), {}, 9)

  it('another text is a new version of what may be there, which goes once more in front of it', async () => {
    const { db } = await enrolled()
    await putMeta(db, 'once', true)
    const [first] = await unanswered(db, '车削')
    const saving = ask(db, '车削外圆')
    const sent = await arrived(db)
    expect(sent.map(({ id, kind, doc }) => [id, kind, doc])).toEqual([[first!.id, 'entry.logged', first!.doc], [sent[1]!.id, 'entry.revised', first!.doc]])
    expect(parseOp(sent[1]!.jws, sent[1]!.id)).toMatchObject({ of: first!.id, fields: { text: '车削外圆' } })
    await answer(db, sent)
    expect(await saving).toEqual({ id: sent[1]!.id, doc: first!.doc })
    // The form is done: the next one begins something else.
    const next = ask(db, '铣削')
    const [other] = await arrived(db)
    expect([other!.kind, other!.doc === first!.doc]).toEqual(['entry.logged', false])
    await answer(db, [other!])
    await next
  })

  const claimed = { ...blankClaim('2026-11-20'), day: '2026-11-20', competition: '技能节', level: 'city_1' as const, event: '数控', rank: 2, contestants: 30 }

  it('a claimed result too', async () => {
    const { db } = await enrolled()
    await putMeta(db, 'once', true)
    const claim = (award: string) => claimResult(db, BOOK, resultContentOf({ ...claimed, award }), null, 7, { name: claimName(BOOK), stamp: null })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const saving = claim('二等奖')
    const [first] = await arrived(db)
    await vi.advanceTimersByTimeAsync(20_000)
    vi.useRealTimers()
    expect(await saving).toEqual({ refused: 'not_delivered' })
    const again = claim('三等奖')
    const sent = await arrived(db)
    expect(sent.map(({ id, kind, doc }) => [id, kind, doc])).toEqual([[first!.id, 'result.claimed', first!.doc], [sent[1]!.id, 'result.claimed', first!.doc]])
    expect(parseOp(sent[1]!.jws, sent[1]!.id)).toMatchObject({ of: first!.id })
    await answer(db, sent)
    expect(await again).toEqual({ id: sent[1]!.id, doc: first!.doc })
  })

  it('so does a third text, on the second', async () => {
    const { db } = await enrolled()
    await putMeta(db, 'once', true)
    await unanswered(db, '一')
    const second = await unanswered(db, '二')
    const saving = ask(db, '三')
    const sent = await arrived(db)
    expect(sent.map(({ id }) => id).slice(0, 2)).toEqual(second.map(({ id }) => id))
    expect(parseOp(sent[2]!.jws, sent[2]!.id)).toMatchObject({ kind: 'entry.revised', of: second[1]!.id })
    await answer(db, sent)
    expect(isRefused(await saving)).toBe(false)
  })

  it('the same text is the same ops again', async () => {
    const { db } = await enrolled()
    await putMeta(db, 'once', true)
    await unanswered(db, '一')
    const second = await unanswered(db, '二')
    const saving = ask(db, '二')
    const sent = await arrived(db)
    expect(sent.map(({ id }) => id)).toEqual(second.map(({ id }) => id))
    await answer(db, sent)
    expect(await saving).toEqual({ id: second[1]!.id, doc: second[0]!.doc })
  })

  it('what the server refuses is told in its own word, and nothing more stands on it', async () => {
    const { db } = await enrolled()
    await putMeta(db, 'once', true)
    const [first] = await unanswered(db, '一')
    const saving = ask(db, '二')
    await answer(db, await arrived(db), 'month_locked', 'unknown_version')
    expect(await saving).toEqual({ refused: 'month_locked' })
    const again = ask(db, '二')
    const [fresh] = await arrived(db)
    expect([fresh!.kind, fresh!.doc === first!.doc]).toEqual(['entry.logged', false])
    await answer(db, [fresh!])
    await again
  })

  it('a form that was put away, and another form, begin something else', async () => {
    const { db } = await enrolled()
    await putMeta(db, 'once', true)
    await unanswered(db, '一')
    const copied = ask(db, '二', { name: hoursName(BOOK, 'copy:x'), stamp: null })
    const [copy] = await arrived(db)
    await answer(db, [copy!])
    await copied
    await dropDraft(db, form.name)
    const fresh = ask(db, '三')
    const [anew] = await arrived(db)
    expect([copy!.kind, anew!.kind]).toEqual(['entry.logged', 'entry.logged'])
    await answer(db, [anew!])
    await fresh
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
    await logOut(door, 'wx1')
    expect(knocked).toContain(`/api/devices/${key!.id}/revoke`)
    expect((await readAccounts()).map(({ id }) => id)).not.toContain('wx1')
    expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain('jiangji-wx1')
  })

  it('only locks while the server cannot be told', async () => {
    let online = true
    const { door } = doors('wx2', () => online)
    await activate(door, { login: 'lin', code: 'ABCDE-FGHJK' }, { password: 'a long one', label: '微信', shared: false, once: true }, 1)
    online = false
    await logOut(door, 'wx2')
    expect((await readAccounts()).find(({ id }) => id === 'wx2')?.locked).toBe(true)
    expect(await accountDb('wx2').keys.get('device')).toBeDefined()
  })
})
