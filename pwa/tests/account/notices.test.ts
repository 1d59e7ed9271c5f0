/* Notices: what others did, newest first, and what of it is new. */
import { effectScope, type EffectScope } from 'vue'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { isRefused } from '../../src/actions/refused'
import { markRead } from '../../src/actions/book/notices'
import { putMeta } from '../../src/db/account/meta'
import { storePage } from '../../src/db/book/page'
import { readHeads } from '../../src/db/book/docs'
import type { MeDoc, NoticeDoc } from '../../src/sync/book'
import { useNotices } from '../../src/use/account/notices'
import { enrolled, LIN } from '../cast'
import { page } from '../world'

const me = (read_until = 0): MeDoc => ({
  ...{ id: LIN, kind: 'me', state: 'open', owner: LIN, read_until },
  members: [{ id: LIN, person: LIN, role: 'owner', org: null, from: '2026-09-01', to: null }],
})

const notice = (at: number): NoticeDoc => ({
  ...{ id: `n${String(at).padStart(4, '0')}`, kind: 'notice', state: 'given', word: 'entry_signed', book: 'b', about: null, count: 2 },
  at,
})

const scopes: EffectScope[] = []
afterEach(() => scopes.splice(0).forEach((scope) => scope.stop()))

type Db = Awaited<ReturnType<typeof enrolled>>['db']

function watching(db: Db) {
  const scope = effectScope()
  scopes.push(scope)
  return scope.run(() => useNotices(db, LIN))!
}

async function holding(...docs: (MeDoc | NoticeDoc)[]) {
  const { db } = await enrolled()
  await arrive(db, docs)
  return db
}

async function arrive(db: Db, docs: (MeDoc | NoticeDoc)[]) {
  const row = await db.books.get(LIN)
  const seq = (row?.seq ?? 0) + docs.length
  const told = docs.map((doc, at) => ({ ...doc, seq: (row?.seq ?? 0) + at + 1 }))
  const book = { id: LIN, reset: false, seq, chain: `c${seq}`, docs: told, more: false }
  await storePage(db, page({ books: [book] }), row ? { [LIN]: [row.seq, row.chain] } : {}, 9)
}

describe('the list', () => {
  it('is empty, and says so, without a personal book', async () => {
    const shown = watching((await enrolled()).db)
    await vi.waitFor(() => expect(shown.read.value).toBe(true))
    expect([shown.total.value, shown.unread.value, shown.newest.value, shown.next.value]).toEqual([0, 0, 0, 0])
  })

  it('shows the newest first and counts what came after the last reading', async () => {
    const shown = watching(await holding(me(20), notice(10), notice(30), notice(20)))
    await vi.waitFor(() => expect(shown.total.value).toBe(3))
    expect(shown.notices.value.map(({ at, unread }) => [at, unread])).toEqual([[30, true], [20, false], [10, false]])
    expect([shown.unread.value, shown.newest.value]).toEqual([1, 30])
  })

  it('grows page by page with a thousand in it', async () => {
    const shown = watching(await holding(me(), ...Array.from({ length: 1000 }, (_, at) => notice(at + 1))))
    await vi.waitFor(() => expect(shown.total.value).toBe(1000))
    expect([shown.notices.value.length, shown.next.value, shown.unread.value]).toEqual([30, 30, 1000])
    shown.more()
    expect(shown.notices.value.length).toBe(60)
    expect(shown.notices.value[59]?.at).toBe(941)
  })

  it('is no handbook', async () => {
    const db = await holding(me(), notice(1))
    expect((await readHeads(db)).map((head) => head.kind)).toEqual(['book'])
  })
})

describe('reading', () => {
  it('counts at once, before the server has heard of it, and only once', async () => {
    const db = await holding(me(), notice(10), notice(20))
    const shown = watching(db)
    await vi.waitFor(() => expect(shown.unread.value).toBe(2))
    const made = await markRead(db, 20, 7)
    expect(made === null || isRefused(made)).toBe(false)
    await vi.waitFor(() => expect(shown.unread.value).toBe(0))
    expect((await db.outbox.toArray()).map((row) => [row.kind, row.book, row.doc, row.state])).toEqual([['notices.read', LIN, LIN, 'waiting']])
    expect(await markRead(db, 20, 8)).toBeNull()
    expect(await markRead(db, 10, 8)).toBeNull()
    await arrive(db, [notice(21)])
    await vi.waitFor(() => expect(shown.unread.value).toBe(1))
  })

  it('asks for no PIN on a shared phone', async () => {
    const db = await holding(me(), notice(10))
    await putMeta(db, 'shared', true)
    expect(isRefused(await markRead(db, 10, 7))).toBe(false)
    expect(await db.outbox.count()).toBe(1)
  })

  it.each([
    { as: 'refused' as const, word: 'no_such_book' }, { as: 'quarantined' as const, word: 'restored' }, { as: 'held' as const, needs: [] },
  ])('leaves nothing under 需处理 when the server says $as', async (verdict) => {
    const db = await holding(me(), notice(10))
    const made = await markRead(db, 10, 7)
    if (made === null || isRefused(made)) throw new Error('not made')
    await storePage(db, page({ verdicts: { [made.id]: verdict } }), {}, 9)
    expect(await db.outbox.count()).toBe(0)
  })

  it('writes nothing without a personal book', async () => {
    const { db } = await enrolled()
    expect(await markRead(db, 10, 7)).toBeNull()
    expect(await db.outbox.count()).toBe(0)
  })
})
