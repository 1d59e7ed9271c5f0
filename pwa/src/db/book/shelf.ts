/* Books that are open on a screen, kept in memory: a change reads only the documents that came after the last one known, and
   replays only what it touches. A book of 1,500 entries is read once, in small bites that leave the screen its hands free. */
import { Dexie } from 'dexie'
import type { Doc } from '../../sync/book'
import type { AccountDb } from '../account/account'
import { alive } from '../account/handle'
import { byDoc, isParsed, marksOf, opOf, replayOne, type View } from './replay'
import type { DocRow, OutboxRow } from '../account/rows'

interface Shelf {
  /** How many readings were begun; one that began earlier than what is here already is passed over. */
  asked: number
  told: number
  era: number | null
  seq: number
  server: Map<string, Doc>
  mine: Map<string, OutboxRow[]>
  view: View
}

interface News {
  era: number | null
  /** Everything is told anew, not only what came after `seq`. */
  whole: boolean
  docs: DocRow[]
  outbox: OutboxRow[]
}

const BITE = 120
const PARSED_AT_ONCE = 20

const shelves = new WeakMap<AccountDb, Map<string, Shelf>>()

const empty = (): Shelf => ({
  ...{ asked: 0, told: 0, era: null, seq: 0, server: new Map(), mine: new Map() },
  view: { docs: new Map(), local: new Set(), attention: new Set() },
})

function shelfOf(db: AccountDb, book: string): Shelf {
  const books = shelves.get(db) ?? new Map<string, Shelf>()
  shelves.set(db, books)
  const shelf = books.get(book) ?? empty()
  books.set(book, shelf)
  return shelf
}

/** As it was last read here; null when it never was. */
export function knownView(db: AccountDb, book: string): View | null {
  const shelf = shelves.get(db)?.get(book)
  return shelf && shelf.told > 0 ? shelf.view : null
}

/** A book as this phone knows it, documents and outbox read at the same moment. */
export async function readView(db: AccountDb, book: string): Promise<View> {
  const shelf = shelfOf(db, book)
  const number = (shelf.asked += 1)
  const news = await alive(db, () => db.transaction('r', db.books, db.docs, db.outbox, () => readNews(db, book, shelf)))
  await parseInBites(news.outbox)
  if (number > shelf.told) {
    shelf.told = number
    take(shelf, news)
  }
  return shelf.view
}

async function readNews(db: AccountDb, book: string, { era, seq }: Shelf): Promise<News> {
  const row = await db.books.get(book)
  // A book that is fetched anew, or came back after it was lost, has nothing in common with what was read of it before.
  const now = row ? (row.era ?? 0) : null
  const whole = now === null || now !== era || seq === 0
  const docs = whole ? await readWhole(db, book) : await db.docs.where('[book+seq]').between([book, seq], [book, Dexie.maxKey], false, true).toArray()
  const outbox = await db.outbox.where('book').equals(book).toArray()
  return { era: now, whole, docs, outbox }
}

async function readWhole(db: AccountDb, book: string): Promise<DocRow[]> {
  const docs: DocRow[] = []
  let after: string | typeof Dexie.minKey = Dexie.minKey
  for (;;) {
    const bite: DocRow[] = await db.docs.where('[book+id]').between([book, after], [book, Dexie.maxKey], false, true).limit(BITE).toArray()
    docs.push(...bite)
    if (bite.length < BITE) return docs
    after = bite[bite.length - 1]!.id
  }
}

/** To read an op costs a hash: a phone that was offline for weeks must not stand still over it. */
async function parseInBites(outbox: OutboxRow[]): Promise<void> {
  const fresh = outbox.filter((row) => !isParsed(row))
  for (let from = 0; from < fresh.length; from += PARSED_AT_ONCE) {
    if (from > 0) await new Promise((go) => setTimeout(go))
    for (const row of fresh.slice(from, from + PARSED_AT_ONCE)) opOf(row)
  }
}

function take(shelf: Shelf, { era, whole, docs, outbox }: News): void {
  const before = shelf.mine
  const mine = byDoc(outbox)
  const server = whole ? new Map<string, Doc>() : shelf.server
  for (const row of docs) server.set(row.id, row.body)
  const shown = new Map<string, Doc>(whole ? server : shelf.view.docs)
  const touched = whole ? mine.keys() : touchedBy(docs, before, mine)
  for (const id of touched) {
    const doc = replayOne(id, server.get(id), mine.get(id) ?? [])
    if (doc) shown.set(id, doc)
    else shown.delete(id)
  }
  const seq = docs.reduce((most, row) => Math.max(most, row.seq), whole ? 0 : shelf.seq)
  Object.assign(shelf, { era, seq, server, mine, view: { docs: shown, ...marksOf(mine.values()) } })
}

const traceOf = (rows: OutboxRow[] | undefined): string => (rows ?? []).map(({ id, state }) => `${id} ${state}`).join()

function touchedBy(docs: DocRow[], before: Map<string, OutboxRow[]>, after: Map<string, OutboxRow[]>): Set<string> {
  const touched = new Set(docs.map((row) => row.id))
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    if (traceOf(before.get(id)) !== traceOf(after.get(id))) touched.add(id)
  }
  return touched
}
