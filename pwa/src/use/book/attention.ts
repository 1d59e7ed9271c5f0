/* Ops the server did not simply take, each with what it says. */
import type { AccountDb } from '../../db/account/account'
import { readRow, readTroubled } from '../../db/book/outbox'
import { opOf } from '../../db/book/replay'
import { readView } from '../../db/book/shelf'
import type { OutboxRow, OutboxState } from '../../db/account/rows'
import { lockedMonth, type EntryContent } from '../../sync/book'

export interface Trouble {
  row: OutboxRow
  month: string | null
}

export interface Need {
  id: string
  book: string
  doc: string
  kind: string
  state: OutboxState
  word: string
  at: number
  carried: boolean
  /** What the person wrote, as far as it has words. */
  text: string
  day: string | null
  /** The locked month it came too late for, where that is known. */
  month: string | null
  /** The hours it wanted to write, so that they can go into a new entry. */
  hours: EntryContent | null
}

const HOURS: ReadonlySet<string> = new Set(['entry.logged', 'entry.revised'])

const isText = (field: unknown): field is string => typeof field === 'string'

export function needOf({ row, month }: Trouble): Need {
  const { id, book, doc, kind, state, word, at, carried } = row
  const body: Record<string, unknown> = { ...opOf(row)?.fields }
  const { text, reason, day } = body
  const said = isText(text) ? text : isText(reason) ? reason : ''
  const hours = HOURS.has(kind) && isText(day) ? (body as unknown as EntryContent) : null
  return { id, book, doc, kind, state, word: word ?? 'unexpected', at, carried, text: said, day: isText(day) ? day : null, month, hours }
}

/** Which month was locked: the one it names a day of, or the one of the entry it was written to. */
async function troubleOf(db: AccountDb, row: OutboxRow): Promise<Trouble> {
  if (row.word !== 'month_locked') return { row, month: null }
  const { docs } = await readView(db, row.book)
  const head = docs.get(row.book)
  const entry = docs.get(row.doc)
  const { day } = { ...opOf(row)?.fields } as { day?: unknown }
  const days = [isText(day) ? day : '', entry?.kind === 'entry' ? entry.content.day : ''].filter(Boolean)
  return { row, month: head?.kind === 'book' ? lockedMonth(head, days) : null }
}

/** The hours a refused op wanted to write. */
export async function refusedHours(db: AccountDb, id: string): Promise<Need | null> {
  const row = await readRow(db, id)
  const need = row?.state === 'refused' ? needOf(await troubleOf(db, row)) : null
  return need?.hours ? need : null
}

/** The newest first. To read what an op says costs a hash, and a thousand may stand here: that is for `needOf`. */
export async function readTroubles(db: AccountDb): Promise<Trouble[]> {
  const rows = (await readTroubled(db)).sort((a, b) => b.at - a.at)
  return Promise.all(rows.map((row) => troubleOf(db, row)))
}
