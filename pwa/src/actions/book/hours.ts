/* Stories about hours. Each is safe on this phone when it returns, network or not. */
import type { AccountDb } from '../../db/account/account'
import type { SeenDraft } from '../../db/form/drafts'
import { uuid } from '../../device/bytes'
import type { EntryContent, EntryDoc } from '../../sync/book'
import type { Refused } from '../refused'
import { makeOp, prepare, type Act, type Made, type Seen } from './make'
import { composed } from '../form/text'

/** What a form says; whether the phone is shared, the phone knows itself. */
export type Hours = Omit<EntryContent, 'shared'> & { book: string }

interface Target {
  kind: 'entry.logged' | 'entry.revised'
  doc: string
  of: string | null
  deps: string[]
}

function actOf(hours: Hours, target: Target): Act | Refused {
  const { book, ...fields } = hours
  const text = composed(hours.text)
  const late_reason = composed(hours.late_reason ?? '')
  if (text === null || late_reason === null) return { refused: 'stray_character' }
  return { book, ...target, body: ({ shared }) => ({ ...fields, text, shared, late_reason: late_reason || null }) }
}

async function write(db: AccountDb, hours: Hours, target: Target, now: number, draft: SeenDraft | null): Promise<Made | Refused> {
  const act = actOf(hours, target)
  return 'refused' in act ? act : makeOp(db, act, now, draft)
}

const logged = (): Target => ({ kind: 'entry.logged', doc: uuid(), of: null, deps: [] })

/** `entry.logged`; with it goes the form it was written in. */
export const logHours = (db: AccountDb, hours: Hours, now: number, draft: SeenDraft | null = null): Promise<Made | Refused> =>
  write(db, hours, logged(), now, draft)

/** As far as it can be done before somebody says so, while the form stands open. */
export async function prepareHours(db: AccountDb, hours: Hours, now: number, draft: SeenDraft | null): Promise<void> {
  const act = actOf(hours, logged())
  if (!('refused' in act)) await prepare(db, act, now, draft)
}

/** `entry.revised`: a new content in place of the one that was seen. Seals on the old one are struck. */
export const reviseHours = (db: AccountDb, seen: Seen, hours: Hours, now: number, draft: SeenDraft | null = null): Promise<Made | Refused> =>
  write(db, hours, { kind: 'entry.revised', doc: seen.id, of: seen.version, deps: [] }, now, draft)

const contentOf = (entry: EntryDoc, op: string): EntryContent | null =>
  op === entry.version ? entry.content : (entry.rivals.find((rival) => rival.op === op)?.content ?? null)

/** Two contents of one entry stand side by side: its author keeps the one that op wrote, as a new revision of the current one. */
export async function settleRivals(db: AccountDb, book: string, entry: EntryDoc, op: string, now: number): Promise<Made | Refused> {
  const content = contentOf(entry, op)
  if (!content) return { refused: 'stale_version' }
  const { shared: _, ...kept } = content
  return reviseHours(db, entry, { book, ...kept }, now)
}

/** `entry.withdrawn`: it stays in the history and counts no more. */
export async function withdrawHours(db: AccountDb, book: string, seen: Seen, why: string, now: number): Promise<Made | Refused> {
  const reason = composed(why)
  if (reason === null) return { refused: 'stray_character' }
  return makeOp(db, { book, kind: 'entry.withdrawn', doc: seen.id, of: seen.version, deps: [], body: { reason } }, now)
}
