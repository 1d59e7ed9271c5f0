/* Between outbox and kept: what an op takes along when it moves from one to the other. */
import type { KeptRow, OutboxRow } from '../account/rows'

/** An older build gave no number; an absent one stays absent. */
const numbered = (number: number | undefined): { number?: number } => (number === undefined ? {} : { number })

/** Sent back, it may be the only copy left: it counts as unsaved until the server or a file has it. */
export const queued = ({ id, jws, book, doc, kind, at, number, carried }: KeptRow): OutboxRow => ({
  ...{ id, jws, book, doc, kind, at, carried, ...numbered(number) },
  ...{ state: 'waiting', word: null, seq: null, tries: 0, asked_at: 0, exported: false },
})

export const keptRow = ({ id, jws, book, doc, kind, at, number, seq, carried }: OutboxRow, now: number): KeptRow => ({
  ...{ id, jws, book, doc, kind, at, seq, carried, ...numbered(number) },
  kept_at: now,
})
