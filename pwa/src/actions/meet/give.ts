/* What this phone shows another: entries for a master to look at, or his answer. The bytes are those the server will get. */
import type { AccountDb } from '../../db/account/account'
import { readKey } from '../../db/account/keys'
import { readMeta } from '../../db/account/meta'
import { readOpsNamed, readOpsOf } from '../../db/book/history'
import { deflate } from '../../device/deflate'
import { pack } from '../../sync/bundle'
import { cut, KINDS } from '../../sync/envelope'
import type { Op } from '../../sync/op'
import type { Refused } from '../refused'
import { PATH } from './collect'

export interface Shown {
  transfer: number
  /** What each picture says. */
  texts: string[]
  /** The entries that are in it. */
  entries: string[]
  /** Written on another phone, and not to be had without a network. */
  elsewhere: string[]
  /** The entries there was no room for. */
  over: string[]
}

const WRITTEN: ReadonlySet<string> = new Set(['entry.logged', 'entry.revised'])

export function transferId(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] as number
}

/** The frames of one transfer; null when it is too much for one. */
export function draw(kind: number, certificate: string, ops: Op[], origin: string, transfer: number): string[] | null {
  const raw = pack({ certificate, ops: ops.map(({ jws }) => jws) })
  const texts = raw && cut(deflate(raw), kind, transfer)
  return texts ? texts.map((digits) => `${origin}${PATH}${digits}`) : null
}

export async function author(db: AccountDb): Promise<{ certificate: string; device: string } | Refused> {
  const key = await readKey(db)
  if (!key) return { refused: 'online_only' }
  if (key.certificate === null) return { refused: (await readMeta(db, 'enrol_word')) ?? 'not_enrolled' }
  return { certificate: key.certificate, device: key.id }
}

/** All this phone's key has written of an entry, with what that names and the check-in it rests on; null when its beginning was
    written elsewhere. */
async function opsOf(db: AccountDb, entry: string, device: string): Promise<Op[] | null> {
  const held = (await readOpsOf(db, entry)).map(({ op }) => op)
  const mine = held.filter((op) => op.kid === device && WRITTEN.has(op.kind))
  if (!mine.some(({ kind }) => kind === 'entry.logged') || mine.length < held.filter(({ kind }) => WRITTEN.has(kind)).length) return null
  const named = await readOpsNamed(db, mine.flatMap(({ deps }) => deps).filter((id) => !mine.some((op) => op.id === id)))
  const beside = [...named, ...(await presencesOf(db, mine))].filter((op) => op.kid === device)
  return [...beside, ...mine].sort((a, b) => a.count - b.count)
}

/** Should this phone be lost, that its owner was there is not lost with it. */
async function presencesOf(db: AccountDb, entries: Op[]): Promise<Op[]> {
  const ids = new Set(entries.map(({ fields }) => fields?.presence).filter((id): id is string => typeof id === 'string'))
  const held = await Promise.all([...ids].map((id) => readOpsOf(db, id)))
  return held.flat().map(({ op }) => op)
}

/** The code a master scans. As many of the entries as one transfer holds, in the order given. */
export async function showEntries(db: AccountDb, entries: string[], origin: string): Promise<Shown | Refused> {
  const who = await author(db)
  if ('refused' in who) return who
  const shown: Shown = { transfer: transferId(), texts: [], entries: [], elsewhere: [], over: [] }
  let ops: Op[] = []
  for (const entry of entries) {
    const more = await opsOf(db, entry, who.device)
    if (!more) {
      shown.elsewhere.push(entry)
      continue
    }
    const all = [...ops, ...more.filter((op) => !ops.some(({ id }) => id === op.id))]
    const texts = draw(KINDS.entries, who.certificate, all, origin, shown.transfer)
    if (!texts) {
      shown.over.push(entry)
      continue
    }
    ops = all
    shown.texts = texts
    shown.entries.push(entry)
  }
  return shown.entries.length ? shown : { refused: shown.over.length ? 'too_much_to_show' : 'written_elsewhere' }
}

/** The code the apprentice scans back: what was signed or returned, by the ids of the ops. */
export async function showAnswer(db: AccountDb, ids: string[], origin: string): Promise<Shown | Refused> {
  const who = await author(db)
  if ('refused' in who) return who
  const ops = (await readOpsNamed(db, ids)).filter((op) => op.kid === who.device).sort((a, b) => a.count - b.count)
  const transfer = transferId()
  const texts = ops.length ? draw(KINDS.answer, who.certificate, ops, origin, transfer) : null
  return texts ? { transfer, texts, entries: ops.map(({ doc }) => doc), elsewhere: [], over: [] } : { refused: 'too_much_to_show' }
}
