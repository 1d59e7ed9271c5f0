/* A signer at his list: what he signs is what he saw. */
import { describe, expect, it } from 'vitest'
import { isRefused } from '../../src/actions/refused'
import { makeOps } from '../../src/actions/book/make'
import { noteOpened, returnEntry, signEntry, signOpened } from '../../src/actions/book/sign'
import { readView } from '../../src/db/book/shelf'
import { readOpened } from '../../src/db/book/opened'
import type { EntryDoc } from '../../src/sync/book'
import { BOOK, enrolled } from '../cast'
import { entryDoc, MASTER, mentorHead } from '../mentors'

const hash = (letter: string) => letter.repeat(43)
const seenOf = (entry: EntryDoc) => ({ book: BOOK, entry: entry.id, version: entry.version })
const plain = { minutes: 120, note: '', scores: [] }

/** The mentor's phone with some entries of his apprentice. */
async function desk(...entries: EntryDoc[]) {
  const { db } = await enrolled()
  await db.meta.put({ name: 'person', body: { id: MASTER, name: '周师傅', login: 'zhou' } })
  await db.docs.bulkPut([mentorHead, ...entries].map((body) => ({ book: BOOK, id: body.id, seq: 1, body })))
  return db
}

const shown = async (db: Awaited<ReturnType<typeof desk>>, id: string) => (await readView(db, BOOK)).docs.get(id) as EntryDoc

describe('one entry', () => {
  it('is confirmed as written, with a note and scores', async () => {
    const entry = entryDoc('a')
    const db = await desk(entry)
    const made = await signEntry(db, { ...seenOf(entry), minutes: 120, note: ' 很好 ', scores: [{ skill: '装配', score: 90 }] }, 5)
    expect(isRefused(made)).toBe(false)
    const after = await shown(db, entry.id)
    expect(after.state).toBe('signed')
    expect(after.seals).toMatchObject([{ by: MASTER, minutes: 120, note: '很好', how: 'list', scores: [{ skill: '装配', score: 90 }] }])
  })

  it('is lowered, never raised, and not signed twice', async () => {
    const entry = entryDoc('a')
    const db = await desk(entry)
    expect(await signEntry(db, { ...seenOf(entry), ...plain, minutes: 125 }, 5)).toEqual({ refused: 'minutes_raised' })
    expect(isRefused(await signEntry(db, { ...seenOf(entry), ...plain, minutes: 90 }, 5))).toBe(false)
    expect(await signEntry(db, { ...seenOf(entry), ...plain }, 5)).toEqual({ refused: 'already_signed' })
    expect(await db.outbox.count()).toBe(1)
  })

  it('goes back with a reason and not without one', async () => {
    const entry = entryDoc('a')
    const db = await desk(entry)
    expect(await returnEntry(db, { ...seenOf(entry), reason: '  ' }, 5)).toEqual({ refused: 'bad_field' })
    expect(isRefused(await returnEntry(db, { ...seenOf(entry), reason: '写清楚' }, 5))).toBe(false)
    expect((await shown(db, entry.id)).returns).toMatchObject([{ reason: '写清楚', by: MASTER }])
  })

  it('may be tried again after the server refused, and the old word then needs nobody', async () => {
    const entry = entryDoc('a')
    const db = await desk(entry)
    await signEntry(db, { ...seenOf(entry), ...plain }, 5)
    await db.outbox.toCollection().modify({ state: 'refused', word: 'not_paired' })
    expect((await shown(db, entry.id)).state).toBe('logged')
    expect(isRefused(await signEntry(db, { ...seenOf(entry), ...plain, minutes: 60 }, 6))).toBe(false)
    expect((await db.outbox.toArray()).map(({ state }) => state)).toEqual(['waiting'])
    expect(await db.kept.count()).toBe(1)
  })

  it.each([
    ['own_entry', entryDoc('a', { by: MASTER })],
    ['not_paired', entryDoc('a', { day: '2026-01-05' })],
    ['month_locked', entryDoc('a', { day: '2026-09-20' })],
  ])('is refused with %s on the phone already', async (word, entry) => {
    const db = await desk(entry)
    expect(await signEntry(db, { ...seenOf(entry), ...plain }, 5)).toEqual({ refused: word })
  })
})

describe('several at once', () => {
  it('are only those that were opened, in the version that was opened', async () => {
    const entries = ['a', 'b', 'c'].map((letter) => entryDoc(letter))
    const db = await desk(...entries)
    const [first, second, third] = entries as [EntryDoc, EntryDoc, EntryDoc]
    await noteOpened(db, seenOf(first))
    await noteOpened(db, { ...seenOf(second), version: hash('z') })
    const wanted = [first, second, third].map((entry) => ({ ...seenOf(entry), minutes: 120 }))
    const done = await signOpened(db, wanted, 5)
    expect(isRefused(done)).toBe(false)
    expect(done).toEqual({ signed: [first.id], failed: [] })
    expect((await shown(db, second.id)).state).toBe('logged')
    expect((await shown(db, third.id)).state).toBe('logged')
    expect(Object.keys(await readOpened(db))).toEqual([second.id])
  })

  it('fail one by one: what is refused stays opened and keeps no neighbour back', async () => {
    const entries = [entryDoc('a'), entryDoc('b', { day: '2026-01-05' }), entryDoc('c')]
    const db = await desk(...entries)
    for (const entry of entries) await noteOpened(db, seenOf(entry))
    const done = await signOpened(db, entries.map((entry) => ({ ...seenOf(entry), minutes: 120 })), 5)
    expect(done).toEqual({ signed: [entries[0]!.id, entries[2]!.id], failed: [{ entry: entries[1]!.id, word: 'not_paired' }] })
    expect(await readOpened(db)).toEqual({ [entries[1]!.id]: entries[1]!.version })
    const counts = (await db.outbox.toArray()).map(({ jws }) => JSON.parse(atob(jws.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/'))).count)
    expect(new Set(counts).size).toBe(2)
  })

  it('see each other: the second act on a document stands on the first', async () => {
    const entry = entryDoc('a')
    const db = await desk(entry)
    const act = { book: BOOK, kind: 'entry.signed', doc: entry.id, of: entry.version, deps: [], body: { minutes: 120, how: 'list', note: null, scores: [] } }
    const answers = await makeOps(db, [act, act], 5)
    expect(answers).toMatchObject([{ doc: entry.id }, { refused: 'already_signed' }])
  })

  it('wait for the PIN of a shared phone', async () => {
    const entry = entryDoc('a')
    const db = await desk(entry)
    await db.meta.put({ name: 'shared', body: true })
    await noteOpened(db, seenOf(entry))
    expect(await signOpened(db, [{ ...seenOf(entry), minutes: 120 }], 5)).toEqual({ refused: 'pin_unset' })
    expect(await db.outbox.count()).toBe(0)
  })
})
