/* What waits for a signer: whose, since when, why again, over several apprentices. */
import { effectScope, type EffectScope } from 'vue'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { signEntry } from '../../src/actions/book/sign'
import type { AccountDb } from '../../src/db/account/account'
import type { BookDoc, EntryDoc, Member } from '../../src/sync/book'
import { DAY_MS } from '../../src/sync/days'
import { byWait, useSignerDesk, useWaitingCount, waitsFor } from '../../src/use/mentor/mentor'
import { BOOK, enrolled, LIN } from '../cast'
import { entryDoc, MASTER, mentorHead, seal } from '../mentors'

const WANG = '44444444-4444-4444-8444-444444444444'
const SECOND = '55555555-5555-4555-8555-555555555555'

const master = (change: Partial<Member>): BookDoc => ({
  ...mentorHead,
  members: mentorHead.members.map((member) => (member.person === MASTER ? { ...member, ...change } : member)),
})

describe('an entry waits for him', () => {
  it('who serves on its day, until he has signed it as it stands', () => {
    const entry = entryDoc('a')
    expect(waitsFor(mentorHead, entry, MASTER)).toBe(true)
    expect(waitsFor(mentorHead, { ...entry, seals: [seal(entry)] }, MASTER)).toBe(false)
    expect(waitsFor(mentorHead, { ...entry, seals: [seal(entry, { struck: true })] }, MASTER)).toBe(true)
    expect(waitsFor(mentorHead, { ...entry, seals: [seal(entry, { by: WANG })] }, MASTER)).toBe(true)
  })

  it.each<[string, BookDoc, EntryDoc, string]>([
    ['he wrote it', mentorHead, entryDoc('a', { by: MASTER }), MASTER],
    ['it is his own as an apprentice', mentorHead, entryDoc('a'), LIN],
    ['he came later', master({ from: '2026-11-21' }), entryDoc('a'), MASTER],
    ['he had left', master({ to: '2026-11-19' }), entryDoc('a'), MASTER],
    ['he is no signer', master({ role: 'coordinator' }), entryDoc('a'), MASTER],
    ['its month is locked', { ...mentorHead, locked: ['2026-11'] }, entryDoc('a'), MASTER],
    ['it was returned', mentorHead, { ...entryDoc('a'), state: 'returned' }, MASTER],
    ['it was withdrawn', mentorHead, { ...entryDoc('a'), state: 'withdrawn' }, MASTER],
  ])('not when %s', (_, head, entry, person) => {
    expect(waitsFor(head, entry, person)).toBe(false)
  })
})

const scopes: EffectScope[] = []
afterEach(() => scopes.splice(0).forEach((scope) => scope.stop()))

interface Shelf {
  head: BookDoc
  entries: EntryDoc[]
}

/** His phone with the books of some apprentices, and what it shows. */
async function desk(...shelf: Shelf[]) {
  const { db } = await enrolled()
  await db.docs.clear()
  await db.meta.put({ name: 'person', body: { id: MASTER, name: '周师傅', login: 'zhou' } })
  await db.people.bulkPut([{ id: LIN, name: '林一' }, { id: WANG, name: '王二' }])
  for (const { head, entries } of shelf) {
    await db.books.put({ id: head.id, seq: 1, chain: '', resetting: null })
    await db.docs.bulkPut([head, ...entries].map((body) => ({ book: head.id, id: body.id, seq: 1, body })))
  }
  const scope = effectScope()
  scopes.push(scope)
  const shown = scope.run(() => ({ ...useSignerDesk(db, MASTER), count: useWaitingCount(db, MASTER) }))!
  await vi.waitFor(() => expect(shown.read.value).toBe(true))
  await vi.waitFor(() => expect(shown.books.value.length + Number(shelf.length === 0)).toBeGreaterThan(0))
  return { db, shown, scope }
}

const idsOf = (entries: { id: string }[]) => entries.map(({ id }) => id[7]).join('')
const second: BookDoc = { ...mentorHead, id: SECOND, apprentice: WANG }

describe('his list', () => {
  it('is grouped by apprentice in the order of names, what waits longest first', async () => {
    const late = { ...entryDoc('a', { day: '2026-11-02' }), at: Date.parse('2026-11-19T04:00Z') }
    const old = { ...entryDoc('b', { day: '2026-11-18' }), at: Date.parse('2026-11-18T04:00Z') }
    const early = { ...entryDoc('c', { day: '2026-11-19', start: 400, end: 420 }), at: late.at }
    const own = { ...entryDoc('d'), id: 'd'.repeat(8) + entryDoc('d').id.slice(8) }
    const { shown } = await desk({ head: second, entries: [own] }, { head: mentorHead, entries: [late, early, old] })
    await vi.waitFor(() => expect(shown.count.value).toBe(4))
    expect(shown.books.value.map(({ id, owner }) => [id, owner])).toEqual([[BOOK, '林一'], [SECOND, '王二']])
    expect(shown.books.value.map(({ waiting }) => idsOf(waiting))).toEqual(['bac', 'd'])
  })

  it('is shown with the apprentice first who has waited longest, and without those for whom nothing waits', async () => {
    const old = { ...entryDoc('d', { day: '2026-11-18' }), id: 'd'.repeat(8) + entryDoc('d').id.slice(8), at: Date.parse('2026-11-18T04:00Z') }
    const { shown } = await desk({ head: second, entries: [old] }, { head: mentorHead, entries: [entryDoc('a')] })
    await vi.waitFor(() => expect(shown.count.value).toBe(2))
    expect(shown.books.value.map(({ id }) => id)).toEqual([BOOK, SECOND])
    expect(byWait(shown.books.value).map(({ id }) => id)).toEqual([SECOND, BOOK])
    expect(byWait(shown.books.value.map((book) => (book.id === BOOK ? { ...book, waiting: [] } : book))).map(({ id }) => id)).toEqual([SECOND])
  })

  it('counts the days from the writing, and anew from his own word on an older version', async () => {
    const plain = entryDoc('a')
    const [changed, revised] = [entryDoc('b'), entryDoc('c')]
    const { shown } = await desk({
      head: mentorHead,
      entries: [
        plain,
        { ...changed, seals: [seal(changed, { struck: true, at: changed.at + 2 * DAY_MS })] },
        { ...revised, returns: [{ op: 'r', of: revised.version, by: MASTER, reason: '写清楚', at: revised.at + DAY_MS }] },
      ],
    })
    expect(shown.books.value[0]!.waiting.map(({ id, since, again }) => [id[7], since, again])).toEqual([
      ['a', '2026-11-20', 'new'], ['c', '2026-11-21', 'revised'], ['b', '2026-11-22', 'changed'],
    ])
  })

  it('follows what he signs, and brings back what the server refused, with its word', async () => {
    const entry = entryDoc('a')
    const { db, shown } = await desk({ head: mentorHead, entries: [entry] })
    expect(shown.books.value[0]!.waiting[0]).toMatchObject({ minutes: 120, word: '' })
    await signEntry(db, { book: BOOK, entry: entry.id, version: entry.version, minutes: 120, note: '', scores: [] }, 5)
    await vi.waitFor(() => expect(shown.count.value).toBe(0))
    await db.outbox.toCollection().modify({ state: 'refused', word: 'not_paired' })
    await vi.waitFor(() => expect(shown.books.value[0]!.waiting[0]?.word).toBe('not_paired'))
  })

  it('takes in a book that comes, and lets go of one in which he signs no more', async () => {
    const { db, shown } = await desk({ head: mentorHead, entries: [entryDoc('a')] })
    const theirs = { ...entryDoc('d'), id: 'd'.repeat(8) + entryDoc('d').id.slice(8) }
    await db.transaction('rw', db.books, db.docs, async () => {
      await db.books.put({ id: SECOND, seq: 1, chain: '', resetting: null })
      await db.docs.bulkPut([second, theirs].map((body) => ({ book: SECOND, id: body.id, seq: 1, body })))
    })
    await vi.waitFor(() => expect(shown.count.value).toBe(2))
    await db.docs.put({ book: BOOK, id: BOOK, seq: 2, body: { ...mentorHead, members: mentorHead.members.filter(({ person }) => person !== MASTER) } })
    await vi.waitFor(() => expect(shown.books.value.map(({ id }) => id)).toEqual([SECOND]))
  })

  it('is empty for who signs nowhere, and known to be', async () => {
    const { shown } = await desk()
    expect([shown.books.value, shown.count.value]).toEqual([[], 0])
  })

  it('is read once for all screens and outlives the way from one to the next', async () => {
    const { db, shown, scope } = await desk({ head: mentorHead, entries: [entryDoc('a')] })
    scope.stop()
    const next = effectScope()
    scopes.push(next)
    const again = next.run(() => useSignerDesk(db as AccountDb, MASTER))!
    expect(again.books).toBe(shown.books)
    expect(again.read.value).toBe(true)
  })
})
