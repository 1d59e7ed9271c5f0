/* My own data as a file: every document of my books and every op this phone keeps of them, byte for byte. Made here, with or
   without a network; other people's books are theirs, so of those only what I wrote myself is in it. */
import type { AccountDb } from '../../db/account/account'
import { countCopy, readBookRows, readDocsOf, readKeptOps, readOutboxOps } from '../../db/book/copy'
import { readFew, readHeads } from '../../db/book/docs'
import { readMeta, readPeople } from '../../db/account/meta'
import type { HeldOp } from '../../db/book/history'
import type { BookRow, KeptRow, OutboxRow } from '../../db/account/rows'
import { readView } from '../../db/book/shelf'
import { stampOf } from '../../sync/days'
import { parseOp } from '../../sync/op'
import { isRefusal } from '../../sync/errors'
import type { BookDoc, Doc } from '../../sync/book'
import { breathing, type Breath } from './breath'

/** How much is done, from 0 to 1. */
export type Telling = (part: number) => void

export interface CopyFile {
  name: string
  type: string
  /** Pieces of the text, in order: a big book is never one string. */
  parts: string[]
}

/** Something I did, as far as its op says it. */
export interface Deed {
  id: string
  kind: string
  book: string
  day: string | null
  minutes: number | null
  at: number
  sent: boolean
}

export interface OwnBook {
  head: BookDoc
  docs: Doc[]
  /** Documents with something the server has not confirmed. */
  local: ReadonlySet<string>
  attention: ReadonlySet<string>
  /** What this phone holds of the versions of an entry, by the entry. */
  versions: ReadonlyMap<string, HeldOp[]>
}

export interface OwnThings {
  person: { id: string; name: string; login: string }
  names: ReadonlyMap<string, string>
  books: OwnBook[]
  /** What I did in books of others. */
  deeds: Deed[]
  synced_at: number | null
  unsent: number
}

/** Books about me: my apprenticeships and my notices. */
async function ownBooks(db: AccountDb, person: string): Promise<{ rows: BookRow[]; heads: BookDoc[] }> {
  const heads = (await readHeads(db)).filter((head) => head.apprentice === person)
  const own = new Set([person, ...heads.map(({ id }) => id)])
  return { rows: (await readBookRows(db)).filter(({ id }) => own.has(id)), heads }
}

export const fileName = (login: string, now: number, ending: string): string =>
  `jiangji-${login.replace(/[^\w.-]/g, '_')}-${stampOf(now)}.${ending}`

/** Puts JSON together from pieces that are JSON already. */
class Pieces {
  readonly parts: string[] = []
  private first = true

  open(text: string): void {
    this.parts.push(text)
    this.first = true
  }

  item(body: unknown): void {
    this.parts.push(`${this.first ? '' : ','}\n${JSON.stringify(body)}`)
    this.first = false
  }
}

async function writeBook(db: AccountDb, pieces: Pieces, row: BookRow, tick: () => Promise<void>): Promise<void> {
  const { id, seq, chain } = row
  pieces.open(`${JSON.stringify({ id, seq, chain }).slice(0, -1)},"documents":[`)
  for await (const bite of readDocsOf(db, id)) {
    for (const doc of bite) {
      pieces.item(doc.body)
      await tick()
    }
  }
  pieces.open(']}')
}

export async function copyAsJson(db: AccountDb, build: string, now: number, told: Telling): Promise<CopyFile> {
  const person = (await readMeta(db, 'person')) ?? { id: '', name: '', login: '' }
  const { rows } = await ownBooks(db, person.id)
  const tick = ticking(await countCopy(db), told, breathing())
  const head = { format: 'jiangji-copy', v: 1, made_at: now, build, person, epoch: (await readMeta(db, 'epoch')) ?? '', people: await readPeople(db) }
  const pieces = new Pieces()
  pieces.open(`${JSON.stringify(head).slice(0, -1)},\n"books":[`)
  for (const [at, row] of rows.entries()) {
    pieces.parts.push(at === 0 ? '\n' : ',\n')
    await writeBook(db, pieces, row, tick)
  }
  pieces.open('],\n"ops":[')
  const own = new Set(rows.map(({ id }) => id))
  for (const [state, bites] of [['kept', readKeptOps(db)], [null, readOutboxOps(db)]] as const) {
    for await (const bite of bites) {
      for (const row of bite) {
        if (own.has(row.book) || !row.carried) pieces.item({ id: row.id, state: state ?? ('state' in row ? row.state : ''), seq: row.seq, jws: row.jws })
        await tick()
      }
    }
  }
  pieces.open('\n]}\n')
  told(1)
  return { name: fileName(person.login, now, 'json'), type: 'application/json', parts: pieces.parts }
}

function ticking(all: number, told: Telling, breath: Breath): () => Promise<void> {
  let done = 0
  return async () => {
    done += 1
    if (done % 20 === 0) told(Math.min(0.99, done / Math.max(1, all)))
    await breath()
  }
}

function deedOf(row: { id: string; jws: string; kind: string; book: string; at: number }, sent: boolean): Deed {
  const op = parseOp(row.jws)
  const { day, minutes } = isRefusal(op) ? {} as Record<string, unknown> : { ...op.fields }
  const { id, kind, book, at } = row
  return { id, kind, book, at, sent, day: typeof day === 'string' ? day : null, minutes: typeof minutes === 'number' ? minutes : null }
}

const VERSIONS: ReadonlySet<string> = new Set(['entry.logged', 'entry.revised'])

/** A version's own words: the document keeps only the newest. */
function noteVersion(versions: Map<string, HeldOp[]> | undefined, row: KeptRow | OutboxRow): void {
  if (!versions || !VERSIONS.has(row.kind)) return
  const op = parseOp(row.jws)
  if (isRefusal(op)) return
  versions.set(row.doc, [...(versions.get(row.doc) ?? []), { op, state: 'state' in row ? row.state : null }])
}

/** The same for people to read: what the pages of a copy are written from. */
export async function collectOwn(db: AccountDb, told: Telling): Promise<OwnThings> {
  const person = (await readMeta(db, 'person')) ?? { id: '', name: '', login: '' }
  const { heads } = await ownBooks(db, person.id)
  const tick = ticking(await countCopy(db), told, breathing())
  const books: OwnBook[] = []
  const said = new Map(heads.map(({ id }) => [id, new Map<string, HeldOp[]>()]))
  for (const { id } of heads) {
    const { docs, local, attention } = await readView(db, id)
    const head = (await readFew(db, id, [id])).get(id)
    const versions = said.get(id) ?? new Map<string, HeldOp[]>()
    if (head?.kind === 'book') books.push({ head, versions, docs: [...docs.values()], local: new Set(local), attention: new Set(attention) })
    await tick()
  }
  const own = new Set([person.id, ...heads.map(({ id }) => id)])
  const deeds: Deed[] = []
  let unsent = 0
  for (const [sent, bites] of [[true, readKeptOps(db)], [false, readOutboxOps(db)]] as const) {
    for await (const bite of bites) {
      for (const row of bite) {
        if (!sent && 'state' in row && row.state !== 'accepted') unsent += 1
        noteVersion(said.get(row.book), row)
        if (!own.has(row.book) && !row.carried) deeds.push(deedOf(row, sent))
        await tick()
      }
    }
  }
  deeds.sort((a, b) => a.at - b.at)
  const names = new Map((await readPeople(db)).map(({ id, name }) => [id, name]))
  return { person, names, books, deeds, unsent, synced_at: (await readMeta(db, 'synced_at')) ?? null }
}
