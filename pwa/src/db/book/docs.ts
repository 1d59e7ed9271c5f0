/* The documents of a book, as the server last told them. What they are shown as is replay's. */
import type { BaseDoc, BookDoc, Doc } from '../../sync/book'
import type { AccountDb } from '../account/account'
import { alive } from '../account/handle'
import { byDoc, replayOne } from './replay'

export interface Heads {
  /** Of apprenticeships. */
  books: BookDoc[]
  /** Of bases, in whose books only those who serve there may read. */
  bases: BaseDoc[]
}

const known = new WeakMap<AccountDb, Heads>()

/** As they were last read; whoever opens an account follows them as long as it is open. */
export const knownHeads = (db: AccountDb): Heads | null => known.get(db) ?? null

/** The document named like its book, of every book on this phone. Asked by key, so that no entry is read for it. */
export async function readAllHeads(db: AccountDb): Promise<Heads> {
  const rows = await alive(db, async () => {
    const ids = await db.books.toCollection().primaryKeys()
    return db.docs.bulkGet(ids.map((id): [string, string] => [id, id]))
  })
  const docs = rows.flatMap((row) => (row ? [row.body] : []))
  const heads = { books: docs.filter((doc) => doc.kind === 'book'), bases: docs.filter((doc) => doc.kind === 'base') }
  known.set(db, heads)
  return heads
}

export const readHeads = async (db: AccountDb): Promise<BookDoc[]> => (await readAllHeads(db)).books

export const readBases = async (db: AccountDb): Promise<BaseDoc[]> => (await readAllHeads(db)).bases

/** The same, for who has begun a transaction over documents and outbox. */
export async function selectFew(db: AccountDb, book: string, ids: string[]): Promise<Map<string, Doc>> {
  const asked = [db.docs.bulkGet(ids.map((id): [string, string] => [book, id])), db.outbox.where('doc').anyOf(ids).toArray()] as const
  const [rows, own] = await Promise.all(asked)
  const mine = byDoc(own.filter((row) => row.book === book))
  const docs = ids.map((id, at): [string, Doc | undefined] => [id, replayOne(id, rows[at]?.body, mine.get(id) ?? [])])
  return new Map(docs.filter((pair): pair is [string, Doc] => pair[1] !== undefined))
}

/** Single documents of a book as this phone shows them, both halves read at the same moment. */
export const readFew = (db: AccountDb, book: string, ids: string[]): Promise<Map<string, Doc>> =>
  alive(db, () => db.transaction('r', db.docs, db.outbox, () => selectFew(db, book, ids)))
