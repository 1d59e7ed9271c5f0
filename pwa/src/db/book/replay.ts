/* What the phone shows: the server's documents with the phone's own outbox replayed on top, by the server's own reducer. */
import type { Doc } from '../../sync/book'
import { isRefusal } from '../../sync/errors'
import { parseOp, type Op } from '../../sync/op'
import { reduce } from '../../sync/reduce'
import { byArrival } from './outbox'
import type { OutboxRow } from '../account/rows'

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

export const isParsed = (row: OutboxRow): boolean => parsed.has(row.id)

export function opOf(row: { id: string; jws: string }): Op | null {
  const known = parsed.get(row.id)
  if (known) return known
  const op = parseOp(row.jws)
  if (isRefusal(op)) return null
  parsed.set(row.id, op)
  return op
}

/** An op id is 256 bits and stands in whatever it became: found in the document's text, the document knows it. */
const knows = (doc: Doc | undefined, id: string): boolean => doc !== undefined && JSON.stringify(doc).includes(id)

/** One document with what this phone has written to it since, in order of arrival. An op changes no other document than its own. */
export function replayOne(id: string, doc: Doc | undefined, mine: OutboxRow[]): Doc | undefined {
  let now = doc
  for (const row of mine) {
    const op = REPLAYED.has(row.state) && !row.unsure ? opOf(row) : null
    if (!op || knows(now, row.id)) continue
    now = reduce(new Map(now ? [[id, now]] : []), op).get(id) ?? now
  }
  return now
}

/** The rows of each document, in order of arrival. */
export function byDoc(outbox: OutboxRow[]): Map<string, OutboxRow[]> {
  const found = new Map<string, OutboxRow[]>()
  for (const row of [...outbox].sort(byArrival)) {
    const rows = found.get(row.doc)
    if (rows) rows.push(row)
    else found.set(row.doc, [row])
  }
  return found
}

export function marksOf(mine: Iterable<OutboxRow[]>): Pick<View, 'local' | 'attention'> {
  const marks = { local: new Set<string>(), attention: new Set<string>() }
  for (const row of [...mine].flat()) {
    if (LOCAL.has(row.state)) marks.local.add(row.doc)
    else if (row.state !== 'accepted') marks.attention.add(row.doc)
  }
  return marks
}
