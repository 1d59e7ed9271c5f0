import { describe, expect, it } from 'vitest'
import { isRefused } from '../../src/actions/refused'
import { logHours } from '../../src/actions/book/hours'
import type { AccountDb } from '../../src/db/account/account'
import { storePage } from '../../src/db/book/page'
import { readView } from '../../src/db/book/shelf'
import type { BookPage, Verdict } from '../../src/db/account/rows'
import type { Doc } from '../../src/sync/book'
import { BOOK, enrolled, head, hours } from '../cast'
import { replay } from '../replay'
import { note, page } from '../world'

/** What a reading of everything would show. */
async function whole(db: AccountDb) {
  return replay(await db.docs.where('book').equals(BOOK).toArray(), await db.outbox.where('book').equals(BOOK).toArray())
}

async function agree(db: AccountDb) {
  const view = await readView(db, BOOK)
  expect(view).toEqual(await whole(db))
  return view
}

async function wrote(db: AccountDb, text: string): Promise<{ id: string; doc: string }> {
  const made = await logHours(db, { ...hours, text }, 7)
  if (isRefused(made)) throw new Error(made.refused)
  return made
}

type Told = Doc & { id: string; seq: number }
const told = (doc: Doc, seq: number): Told => ({ ...doc, seq })

async function answer(db: AccountDb, change: Partial<BookPage>, verdicts: Record<string, Verdict> = {}, gone: string[] = [], now = 9) {
  const row = await db.books.get(BOOK)
  const cursor = row?.resetting ?? row
  const books = change.seq === undefined ? [] : [{ id: BOOK, reset: false, chain: `c${change.seq}`, docs: [], more: false, ...change } as BookPage]
  await storePage(db, page({ books, verdicts, gone }), cursor ? { [BOOK]: [cursor.seq, cursor.chain] } : {}, now)
}

describe('a book kept in memory', () => {
  it('is at every step what a reading of everything would show', async () => {
    const { db } = await enrolled()
    await answer(db, { seq: 1, docs: [told(head, 1)] })
    await agree(db)
    const first = await wrote(db, '一')
    const second = await wrote(db, '二')
    const view = await agree(db)
    expect([...view.local].sort()).toEqual([first.doc, second.doc].sort())
    const entry = view.docs.get(first.doc)!
    await answer(db, { seq: 2, docs: [told(entry, 2)] }, { [first.id]: { as: 'accepted', seq: 2 } })
    await agree(db)
    await answer(db, {}, { [second.id]: { as: 'refused', word: 'month_locked' } })
    const refused = await agree(db)
    expect(refused.docs.has(second.doc)).toBe(false)
    expect(refused.attention.has(second.doc)).toBe(true)
  })

  it('reads only what came after the last document it knows', async () => {
    const { db } = await enrolled()
    const notes = Array.from({ length: 300 }, (_, n) => note(`n${n}`, n + 2))
    await answer(db, { seq: 301, docs: [told(head, 1), ...notes] })
    const before = await agree(db)
    let read = 0
    db.docs.hook('reading', (row) => {
      read += 1
      return row
    })
    await answer(db, { seq: 302, docs: [note('new', 302)] })
    const after = await readView(db, BOOK)
    expect(after.docs.size).toBe(302)
    expect(read).toBeLessThan(5)
    expect(after.docs.get('n7')).toBe(before.docs.get('n7'))
  })

  it('forgets a book that was fetched anew, also when it has come as far as before', async () => {
    const { db } = await enrolled()
    await answer(db, { seq: 3, docs: [told(head, 1), note('old', 2), note('same', 3)] })
    await agree(db)
    await answer(db, { seq: 1, chain: 'k1', docs: [told(head, 1)], reset: true, more: true }, {}, [], 20)
    await agree(db)
    await answer(db, { seq: 4, chain: 'k4', docs: [note('other', 4)] }, {}, [], 21)
    const view = await agree(db)
    expect([...view.docs.keys()].sort()).toEqual([BOOK, 'other'].sort())
  })

  it('shows nothing of a book that was lost, and all of it when it comes back', async () => {
    const { db } = await enrolled()
    await answer(db, { seq: 2, docs: [told(head, 1), note('n', 2)] })
    await agree(db)
    await answer(db, {}, {}, [BOOK])
    expect((await agree(db)).docs.size).toBe(0)
    await answer(db, { seq: 2, chain: 'x', docs: [told(head, 1), note('m', 2)] }, {}, [], 30)
    expect([...(await agree(db)).docs.keys()].sort()).toEqual([BOOK, 'm'].sort())
  })

  it('is the newer of two readings that run at once', async () => {
    const { db } = await enrolled()
    await answer(db, { seq: 1, docs: [told(head, 1)] })
    const early = readView(db, BOOK)
    const written = wrote(db, '同时')
    const late = written.then(() => readView(db, BOOK))
    await Promise.all([early, written, late])
    await agree(db)
    expect((await late).local.size).toBe(1)
  })
})
