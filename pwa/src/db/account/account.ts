/* The database of one account on this phone. Everything that must live or die together is in it: key, ops, documents. */
import { Dexie, type EntityTable, type Table } from 'dexie'
import type { BookRow, DocRow, KeptRow, KeyRow, MetaRow, OutboxRow, PersonRow } from './rows'

export type AccountDb = Dexie & {
  keys: EntityTable<KeyRow, 'name'>
  outbox: EntityTable<OutboxRow, 'id'>
  kept: EntityTable<KeptRow, 'id'>
  docs: Table<DocRow, [string, string]>
  staging: Table<DocRow, [string, string]>
  books: EntityTable<BookRow, 'id'>
  people: EntityTable<PersonRow, 'id'>
  meta: EntityTable<MetaRow, 'name'>
}

export const accountDbName = (person: string): string => `jiangji-${person}`

/** Strict durability: "saved" is said only after the bytes are on the disk, not in the browser's buffers. And no cache of answers beside
    the database: it would hold a second copy of a whole book, and would have to hear at once of whatever is told later (live.ts). */
export function accountDb(person: string): AccountDb {
  const db = new Dexie(accountDbName(person), { chromeTransactionDurability: 'strict', cache: 'disabled' }) as AccountDb
  db.version(1).stores({
    keys: 'name',
    outbox: 'id, state, book',
    kept: 'id, book, kept_at',
    docs: '[book+id], book',
    staging: '[book+id], book',
    books: 'id',
    people: 'id',
    meta: 'name',
  })
  // Found by what changed since, and by the document an op belongs to.
  db.version(2).stores({
    outbox: 'id, state, book, doc',
    kept: 'id, book, doc, kept_at',
    docs: '[book+id], book, [book+seq]',
  })
  // Documents of another shape: every book is fetched anew beside the old one, which stays until then.
  db.version(3).upgrade((change) => change.table('books').toCollection().modify({ resetting: { seq: 0, chain: '' } }))
  // Another tab with a newer build wants to change the shape: let go of the handle, the next use opens it again.
  db.on('versionchange', () => db.close({ disableAutoOpen: false }))
  return db
}
