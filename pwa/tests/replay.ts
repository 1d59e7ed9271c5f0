/* What a reading of everything would show: the measure of the view that is kept up piece by piece. */
import type { DocRow, OutboxRow } from '../src/db/account/rows'
import { byDoc, marksOf, replayOne, type View } from '../src/db/book/replay'
import type { Doc } from '../src/sync/book'

export function replay(rows: DocRow[], outbox: OutboxRow[]): View {
  const docs = new Map<string, Doc>()
  for (const row of rows) docs.set(row.id, row.body)
  const mine = byDoc(outbox)
  for (const [id, own] of mine) {
    const doc = replayOne(id, docs.get(id), own)
    if (doc) docs.set(id, doc)
  }
  return { docs, ...marksOf(mine.values()) }
}
