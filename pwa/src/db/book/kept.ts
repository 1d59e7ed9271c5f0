/* Between outbox and kept: what an op takes along when it moves from one to the other. */
import type { KeptRow, OutboxRow } from '../account/rows'

/** Sent back, it may be the only copy left: it counts as unsaved until the server or a file has it. */
export const queued = ({ id, jws, book, doc, kind, at, number, carried }: KeptRow): OutboxRow => ({
  ...{ id, jws, book, doc, kind, at, number, carried },
  ...{ state: 'waiting', word: null, seq: null, tries: 0, asked_at: 0, exported: false },
})

export const keptRow = ({ id, jws, book, doc, kind, at, number, seq, carried }: OutboxRow, now: number): KeptRow => ({
  ...{ id, jws, book, doc, kind, at, seq, number, carried },
  kept_at: now,
})
