/* The documents of a book, as the server last told them. What they are shown as is replay's. */
import type { BookDoc } from '../sync/book'
import type { AccountDb } from './account'
import { alive } from './handle'
import { readOutboxOf } from './outbox'
import { replay, type View } from './replay'
import type { DocRow } from './rows'

export const readDocs = (db: AccountDb, book: string): Promise<DocRow[]> =>
  alive(db, () => db.docs.where('book').equals(book).toArray())

/** The head of every book on this phone: the document named like its book. Asked by key, so that no entry is read for it. */
export async function readHeads(db: AccountDb): Promise<BookDoc[]> {
  const rows = await alive(db, async () => {
    const ids = await db.books.toCollection().primaryKeys()
    return db.docs.bulkGet(ids.map((id): [string, string] => [id, id]))
  })
  return rows.flatMap((row) => (row?.body.kind === 'book' ? [row.body] : []))
}

/** A book as this phone knows it, both halves read at the same moment. */
export const readView = (db: AccountDb, book: string): Promise<View> =>
  alive(db, () =>
    db.transaction('r', db.docs, db.outbox, async () => replay(await readDocs(db, book), await readOutboxOf(db, book))),
  )
