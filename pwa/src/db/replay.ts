/* What the phone shows: the server's documents with the phone's own outbox replayed on top, by the server's own reducer. */
import type { Doc } from '../sync/book'
import { isRefusal } from '../sync/errors'
import { parseOp, type Op } from '../sync/op'
import { reduce } from '../sync/reduce'
import { byArrival } from './outbox'
import type { DocRow, OutboxRow } from './rows'

export interface View {
  docs: Map<string, Doc>
  /** Documents with something of ours the server has not confirmed. */
  local: Set<string>
  /** Documents with something of ours that needs a person. */
  attention: Set<string>
}

// A refused op has no effect. One in custody may yet have: its author goes on seeing it, under 需处理 with its word.
const REPLAYED = new Set<OutboxRow['state']>(['waiting', 'accepted', 'held', 'quarantined', 'stuck'])
const LOCAL = new Set<OutboxRow['state']>(['waiting'])

const parsed = new Map<string, Op>()

function opOf(row: OutboxRow): Op | null {
  const known = parsed.get(row.id)
  if (known) return known
  const op = parseOp(row.jws)
  if (isRefusal(op)) return null
  parsed.set(row.id, op)
  return op
}

/** An op id is 256 bits and stands in whatever it became: found in the document's text, the document knows it. */
const knows = (doc: Doc | undefined, id: string): boolean => doc !== undefined && JSON.stringify(doc).includes(id)

export function replay(rows: DocRow[], outbox: OutboxRow[]): View {
  const view: View = { docs: new Map(), local: new Set(), attention: new Set() }
  for (const row of rows) view.docs.set(row.id, row.body)
  const mine = [...outbox].sort(byArrival)
  for (const row of mine) {
    if (LOCAL.has(row.state)) view.local.add(row.doc)
    else if (row.state !== 'accepted') view.attention.add(row.doc)
    const op = REPLAYED.has(row.state) ? opOf(row) : null
    if (!op || knows(view.docs.get(row.doc), row.id)) continue
    for (const [id, doc] of reduce(view.docs, op)) view.docs.set(id, doc)
  }
  return view
}
