/* What an answer does to the phone, in ONE transaction: documents, cursors, and the outbox without what has arrived.
   An own op leaves the outbox only together with the documents it became; a reset fetches a book anew beside the old one
   and never touches the outbox, except to queue again what is kept. */
import { DAY_MS } from '../../sync/days'
import type { AccountDb } from '../account/account'
import { alive, saving, type StoreTrouble } from '../account/handle'
import { keptRow, queued } from './kept'
import { isGone } from './outbox'
import type { BookPage, BookRow, Cursor, DocRow, OutboxRow, Page, Verdict } from '../account/rows'

export type Have = Record<string, [number, string]>

interface Stored {
  /** Another page of some book is waiting. */
  more: boolean
  /** Books the server fetched anew: it was restored, or altered, or we were away too long. */
  reset: string[]
}

const NOWHERE: Cursor = { seq: 0, chain: '' }

export async function readHave(db: AccountDb): Promise<Have> {
  const rows = await alive(db, () => db.books.toArray())
  return Object.fromEntries(
    rows.map((row): [string, [number, string]] => {
      const cursor = row.resetting ?? row
      return [row.id, [cursor.seq, cursor.chain]]
    }),
  )
}

/** `have` is what the question said: a page that was asked from elsewhere than we stand now (another tab was faster) is passed over. */
export const storePage = (db: AccountDb, page: Page, have: Have, now: number): Promise<Stored | StoreTrouble> =>
  saving(db, () =>
    db.transaction('rw', [db.outbox, db.kept, db.docs, db.staging, db.books, db.meta], async () => {
      if (await isGone(db)) return { trouble: 'account_gone' } as const
      const reset = await storeEpoch(db, page)
      const more: boolean[] = []
      for (const book of page.books) {
        const row = await db.books.get(book.id)
        if (!isFrom(row, have[book.id])) continue
        if (book.reset || reset.all) await queueKept(db, book.id)
        if (book.reset) reset.books.push(book.id)
        await storeBook(db, row, book, now)
        more.push(book.more)
      }
      for (const id of page.gone) await dropBook(db, id)
      await storeVerdicts(db, page.verdicts, now)
      await letGo(db, now)
      if (reset.books.length) await db.meta.put({ name: 'alarm', body: { at: now, books: reset.books } })
      await db.meta.bulkPut([{ name: 'server_now', body: page.now }, { name: 'clock_ahead', body: now - page.now }])
      return { more: more.some(Boolean), reset: reset.books }
    }),
  )

/** What another account's session heard of this one's ops: verdicts, and nothing of any book. */
export const storeCarried = (db: AccountDb, verdicts: Page['verdicts'], now: number): Promise<Stored | StoreTrouble> =>
  saving(db, () =>
    db.transaction('rw', db.outbox, db.kept, db.meta, async () => {
      if (await isGone(db)) return { trouble: 'account_gone' } as const
      await storeVerdicts(db, verdicts, now)
      return { more: false, reset: [] }
    }),
  )

/** A new epoch means a restored server: everything kept goes there again, whatever book it is of. */
async function storeEpoch(db: AccountDb, page: Page): Promise<{ all: boolean; books: string[] }> {
  const known = (await db.meta.get('epoch'))?.body
  const all = known !== undefined && known !== page.epoch
  if (known !== page.epoch) await db.meta.put({ name: 'epoch', body: page.epoch })
  if (all) await queueKept(db, null)
  return { all, books: [] }
}

function isFrom(row: BookRow | undefined, asked: [number, string] | undefined): boolean {
  if (!row) return asked === undefined
  const cursor = row.resetting ?? row
  return asked !== undefined && asked[0] === cursor.seq && asked[1] === cursor.chain
}

async function storeBook(db: AccountDb, row: BookRow | undefined, book: BookPage, now: number): Promise<void> {
  const { id, seq, chain } = book
  const docs = book.docs.map((body): DocRow => ({ book: id, id: body.id, seq: body.seq, body }))
  const old = row ?? { id, ...NOWHERE, resetting: null, era: now }
  if (!book.reset && !old.resetting) {
    await db.docs.bulkPut(docs)
    await db.books.put({ ...old, seq, chain })
    return
  }
  if (book.reset) await db.staging.where('book').equals(id).delete()
  await db.staging.bulkPut(docs)
  if (book.more) await db.books.put({ ...old, resetting: { seq, chain } })
  else await swapIn(db, { id, seq, chain, resetting: null, era: now })
}

async function swapIn(db: AccountDb, row: BookRow): Promise<void> {
  const staged = await db.staging.where('book').equals(row.id).toArray()
  await db.docs.where('book').equals(row.id).delete()
  await db.docs.bulkPut(staged)
  await db.staging.where('book').equals(row.id).delete()
  await db.books.put(row)
}

async function dropBook(db: AccountDb, id: string): Promise<void> {
  await db.docs.where('book').equals(id).delete()
  await db.staging.where('book').equals(id).delete()
  await db.books.delete(id)
}

/** The server may have lost them: every kept op of the book (null = of all books) waits to be sent once more. */
async function queueKept(db: AccountDb, book: string | null): Promise<void> {
  const kept = book === null ? await db.kept.toArray() : await db.kept.where('book').equals(book).toArray()
  await db.outbox.bulkPut(kept.map(queued))
  await db.kept.bulkDelete(kept.map((row) => row.id))
  const told = db.outbox.where('state').anyOf('accepted', 'held', 'quarantined')
  const ours = book === null ? told : told.filter((row) => row.book === book)
  await ours.modify({ state: 'waiting', word: null, seq: null, asked_at: 0, put_off: 0 })
}

async function storeVerdicts(db: AccountDb, verdicts: Record<string, Verdict>, now: number): Promise<void> {
  for (const [id, verdict] of Object.entries(verdicts)) {
    const row = await db.outbox.get(id)
    if (!row) continue
    const told = heard(row, verdict, now)
    // A carrier has done its part with any verdict; what was refused helps nobody, the rest may refill a restored server.
    // Nobody has anything to decide about a mark of what was read: it takes effect or is forgotten.
    const done = told.state !== 'waiting' && told.state !== 'stuck'
    if (done && told.state !== 'accepted' && told.kind === 'notices.read') await db.outbox.delete(id)
    else if (told.carried && done && !(told.awaited && told.state === 'refused')) {
      await db.outbox.delete(id)
      if (told.state !== 'refused') await db.kept.put(keptRow(told, now))
    } else await db.outbox.put(told)
  }
}

/** A row after its verdict. A word this build does not know changes nothing but the hour. */
function heard(row: OutboxRow, verdict: Verdict, now: number): OutboxRow {
  const told = { ...row, asked_at: now, put_off: verdict.as === 'retry' ? (row.put_off ?? 0) + 1 : 0 }
  if (verdict.as === 'accepted') return { ...told, state: 'accepted', word: null, seq: verdict.seq, tries: 0 }
  if (verdict.as === 'refused') return { ...told, state: 'refused', word: verdict.word }
  if (verdict.as === 'held') return { ...told, state: 'held', word: verdict.word ?? 'missing' }
  if (verdict.as === 'quarantined') return { ...told, state: 'quarantined', word: verdict.word }
  return told
}

/** Accepted ops go to the kept once the documents have come as far as they did; a book that is not here has nothing to wait for. */
async function letGo(db: AccountDb, now: number): Promise<void> {
  const accepted = await db.outbox.where('state').equals('accepted').toArray()
  for (const row of accepted) {
    const book = await db.books.get(row.book)
    const arrived = book ? !book.resetting && book.seq >= (row.seq ?? Infinity) : true
    if (!arrived) continue
    await db.kept.put(keptRow(row, now))
    await db.outbox.delete(row.id)
  }
}

const KEEP_MS = 400 * DAY_MS

export const dropOldKept = (db: AccountDb, now: number): Promise<number> =>
  db.kept.where('kept_at').below(now - KEEP_MS).delete()
