/* Which ops travel next. Pure: rows and the hour in, a batch out. */
import { byArrival } from '../db/outbox'
import type { OutboxRow } from '../db/rows'

export const MOST_OPS = 50
const MOST_BYTES = 256 * 1024

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const STRANGER_MS = 60 * MINUTE_MS

/** Said of somebody the server does not know here, and never stored there: once he is known, the same op is taken. */
const STRANGERS: ReadonlySet<string | null> = new Set(['no_such_book', 'not_a_member', 'not_your_device', 'unknown_device'])

/** How long after its last verdict an op is asked about again; a final verdict is not asked about. */
const AGAIN_MS: Record<OutboxRow['state'], number> = {
  waiting: 0,
  held: 10 * MINUTE_MS,
  quarantined: DAY_MS,
  stuck: DAY_MS,
  accepted: Infinity,
  refused: Infinity,
}

const isStranger = ({ state, word }: OutboxRow): boolean => state === 'refused' && STRANGERS.has(word)

export const isDue = (row: OutboxRow, now: number): boolean => {
  const again = isStranger(row) ? STRANGER_MS : AGAIN_MS[row.state]
  return again === 0 || now - row.asked_at >= again || (row.asked_at > now && again < Infinity)
}

/** Waiting ops first, as they arrived here, so that what depends comes after what it depends on. */
const inOrder = (a: OutboxRow, b: OutboxRow): number =>
  Number(a.state !== 'waiting') - Number(b.state !== 'waiting') || byArrival(a, b)

export function pickBatch(rows: OutboxRow[], now: number, most: number, bytes = MOST_BYTES): OutboxRow[] {
  const due = rows.filter((row) => isDue(row, now)).sort(inOrder)
  const batch: OutboxRow[] = []
  let size = 0
  for (const row of due) {
    // 3 = the quotes and the comma it travels with
    size += row.jws.length + 3
    if (batch.length >= most || (batch.length > 0 && size > bytes)) break
    batch.push(row)
  }
  return batch
}
