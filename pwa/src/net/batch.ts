/* Which ops travel next. Pure: rows and the hour in, a batch out. */
import { byArrival } from '../db/book/outbox'
import type { OutboxRow } from '../db/account/rows'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../sync/days'

export const MOST_OPS = 50
const MOST_BYTES = 256 * 1024

/** Said of somebody the server does not know here, and never stored there: once he is known, the same op is taken. */
const STRANGERS: ReadonlySet<string | null> = new Set(['no_such_book', 'not_a_member', 'not_your_device', 'unknown_device'])

/** How long after its last verdict an op is asked about again; a final verdict is not asked about. */
const AGAIN_MS: Record<Exclude<OutboxRow['state'], 'waiting'>, number> = {
  held: 10 * MINUTE_MS,
  quarantined: DAY_MS,
  stuck: DAY_MS,
  accepted: Infinity,
  refused: Infinity,
}

const isStranger = ({ state, word }: OutboxRow): boolean => state === 'refused' && STRANGERS.has(word)

/** The server would not say yet: asked again after a minute, two, four ... at most an hour. */
const putOffMs = (times: number): number => (times > 0 ? Math.min(MINUTE_MS * 2 ** (times - 1), HOUR_MS) : 0)

function againMs(row: OutboxRow): number {
  if (row.state === 'waiting') return putOffMs(row.put_off ?? 0)
  return isStranger(row) ? HOUR_MS : AGAIN_MS[row.state]
}

export const isDue = (row: OutboxRow, now: number): boolean => {
  const again = againMs(row)
  return again === 0 || now - row.asked_at >= again || (row.asked_at > now && again < Infinity)
}

/** What the server has never put off, what it has, then what it has judged before. */
const rank = ({ state, put_off = 0 }: OutboxRow): number => (state !== 'waiting' ? 2 : Number(put_off > 0))

/** Waiting ops first, as they arrived here, so that what depends comes after what it depends on; one that is put off again and
    again holds up nobody. */
const inOrder = (a: OutboxRow, b: OutboxRow): number => rank(a) - rank(b) || byArrival(a, b)

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
