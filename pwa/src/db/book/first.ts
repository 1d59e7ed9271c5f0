/* What the first screen is drawn from, in one reading. */
import type { Sums } from '../../sync/sums'
import type { AccountDb } from '../account/account'
import { alive } from '../account/handle'
import type { Meta } from '../account/meta'
import { readAllHeads, type Heads } from './docs'

type Facts = Partial<Pick<Meta, 'person' | 'synced_at' | 'alarm'>> & { heads: Heads }

const sums = new WeakMap<AccountDb, ReadonlyMap<string, Sums>>()

/** What a book came to when the account was opened. */
export const firstSums = (db: AccountDb, book: string): Sums | null => sums.get(db)?.get(book) ?? null

export const readFirst = (db: AccountDb): Promise<Facts> =>
  alive(db, () =>
    db.transaction('r', db.meta, db.books, db.docs, async () => {
      const [rows, heads] = await Promise.all([db.meta.bulkGet(['person', 'synced_at', 'alarm']), readAllHeads(db)])
      const known = await db.meta.bulkGet(heads.books.map(({ id }) => `sums:${id}`))
      sums.set(db, new Map(known.flatMap((row): [string, Sums][] => (row ? [[row.name.slice('sums:'.length), row.body as Sums]] : []))))
      const [person, synced_at, alarm] = rows.map((row) => row?.body)
      return { person, synced_at, alarm, heads } as Facts
    }),
  )
