/* The documents of a book, as the server last told them. What they are shown as is replay's. */
import type { BookDoc } from '../sync/book'
import type { AccountDb } from './account'
import { alive } from './handle'
import { readOutboxOf } from './outbox'
import { replay, type View } from './replay'
import type { DocRow } from './rows'

export const readDocs = (db: AccountDb, book: string): Promise<DocRow[]> =>
  alive(db, () => db.docs.where('book').equals(book).toArray())

/** The head of every book on this phone. */
export async function readHeads(db: AccountDb): Promise<BookDoc[]> {
  const rows = await alive(db, () => db.docs.filter((row) => row.body.kind === 'book').toArray())
  return rows.map((row) => row.body).filter((doc) => doc.kind === 'book')
}

/** A book as this phone knows it, both halves read at the same moment. */
export const readView = (db: AccountDb, book: string): Promise<View> =>
  alive(db, () =>
    db.transaction('r', db.docs, db.outbox, async () => replay(await readDocs(db, book), await readOutboxOf(db, book))),
  )
