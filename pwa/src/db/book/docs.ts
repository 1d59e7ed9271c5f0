/* The documents of a book, as the server last told them. What they are shown as is replay's. */
import type { BookDoc, Doc } from '../../sync/book'
import type { AccountDb } from '../account/account'
import { alive } from '../account/handle'
import { byDoc, replayOne } from './replay'

const heads = new WeakMap<AccountDb, BookDoc[]>()

/** As they were last read; whoever opens an account follows them as long as it is open. */
export const knownHeads = (db: AccountDb): BookDoc[] | null => heads.get(db) ?? null

/** The head of every book on this phone: the document named like its book. Asked by key, so that no entry is read for it. */
export async function readHeads(db: AccountDb): Promise<BookDoc[]> {
  const rows = await alive(db, async () => {
    const ids = await db.books.toCollection().primaryKeys()
    return db.docs.bulkGet(ids.map((id): [string, string] => [id, id]))
  })
  const found = rows.flatMap((row) => (row?.body.kind === 'book' ? [row.body] : []))
  heads.set(db, found)
  return found
}

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
