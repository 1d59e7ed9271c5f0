/* What it takes to write with this phone, all of it read at one moment and in one transaction: who writes, with which key and as which
   number, and the documents that are concerned. However long the book, it is these few. */
import type { Doc } from '../../sync/book'
import type { AccountDb } from '../account/account'
import { isForSeveral } from '../account/accounts'
import { selectFew } from './docs'
import { alive } from '../account/handle'
import { selectKey } from '../account/keys'
import type { Meta } from '../account/meta'
import type { KeyRow } from '../account/rows'

const FACTS = ['person', 'server_now', 'shared', 'pin', 'once', 'enrol_word'] as const

type Facts = Partial<Pick<Meta, (typeof FACTS)[number]>>

export interface Pen {
  key: KeyRow | undefined
  facts: Facts
  /** More than one person writes on this phone: somebody has said so, or it holds several accounts. */
  shared: boolean
  /** Of each book the documents that were asked for, as this phone shows them. */
  docs: Map<string, Map<string, Doc>>
}

/** `concerned`: by book, the documents to be judged by. */
export async function readPen(db: AccountDb, concerned: ReadonlyMap<string, string[]>): Promise<Pen> {
  const [several, pen] = await Promise.all([isForSeveral(), readOwn(db, concerned)])
  return { ...pen, shared: several || pen.facts.shared === true }
}

const readOwn = (db: AccountDb, concerned: ReadonlyMap<string, string[]>): Promise<Omit<Pen, 'shared'>> =>
  alive(db, () =>
    db.transaction('r', db.keys, db.meta, db.docs, db.outbox, async () => {
      const few = [...concerned].map(async ([book, ids]) => [book, await selectFew(db, book, ids)] as const)
      const [key, rows, docs] = await Promise.all([selectKey(db), db.meta.bulkGet([...FACTS]), Promise.all(few)])
      const facts = Object.fromEntries(FACTS.map((name, at) => [name, rows[at]?.body])) as Facts
      return { key, facts, docs: new Map(docs) }
    }),
  )

const ready = new WeakMap<AccountDb, { book: string; pen: Pen }>()

/** While a form stands open: what it takes to write something new in this book, as it is by now; null puts it away. */
export function layReady(db: AccountDb, book: string, pen: Pen | null): void {
  if (pen) ready.set(db, { book, pen })
  else ready.delete(db)
}

export function laidReady(db: AccountDb, book: string): Pen | null {
  const laid = ready.get(db)
  return laid?.book === book ? laid.pen : null
}

/** Good for one writing: whatever it writes makes it old. */
export function takeReady(db: AccountDb, book: string): Pen | null {
  const laid = laidReady(db, book)
  ready.delete(db)
  return laid
}
