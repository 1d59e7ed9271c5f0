/* Everything of this account, read in small bites for a copy: nothing here is ever in memory twice or blocks the screen. */
import { Dexie } from 'dexie'
import type { AccountDb } from '../account/account'
import { alive } from '../account/handle'
import type { BookRow, DocRow, KeptRow, OutboxRow } from '../account/rows'

const BITE = 100

export const readBookRows = (db: AccountDb): Promise<BookRow[]> => alive(db, () => db.books.toArray())

export async function* readDocsOf(db: AccountDb, book: string): AsyncGenerator<DocRow[]> {
  let after: string | typeof Dexie.minKey = Dexie.minKey
  for (;;) {
    const from: [string, string | typeof Dexie.minKey] = [book, after]
    const bite: DocRow[] = await alive(db, () =>
      db.docs.where('[book+id]').between(from, [book, Dexie.maxKey], false, true).limit(BITE).toArray(),
    )
    yield bite
    if (bite.length < BITE) return
    after = bite[bite.length - 1]!.id
  }
}

async function* readRows<Row extends { id: string }>(bitten: (after: string) => Promise<Row[]>): AsyncGenerator<Row[]> {
  let after = ''
  for (;;) {
    const bite = await bitten(after)
    yield bite
    if (bite.length < BITE) return
    after = bite[bite.length - 1]!.id
  }
}

/** The server has these. */
export const readKeptOps = (db: AccountDb): AsyncGenerator<KeptRow[]> =>
  readRows((after) => alive(db, () => db.kept.where('id').above(after).limit(BITE).toArray()))

/** These it may not have. */
export const readOutboxOps = (db: AccountDb): AsyncGenerator<OutboxRow[]> =>
  readRows((after) => alive(db, () => db.outbox.where('id').above(after).limit(BITE).toArray()))

export const countCopy = (db: AccountDb): Promise<number> =>
  alive(db, async () => (await db.docs.count()) + (await db.kept.count()) + (await db.outbox.count()))
