/* What another phone showed: whose it is, whether every word in it is really his, and what of it this phone can judge. Nothing of a
   stranger's is kept; what is kept travels on to the server like an op of one's own. */
import type { AccountDb } from '../../db/account/account'
import { isTrouble } from '../../db/account/handle'
import { readMeta, readPeople } from '../../db/account/meta'
import { readFew } from '../../db/book/docs'
import { readOpsNamed } from '../../db/book/history'
import { keepOps } from '../../db/book/outbox'
import { readCertificate, type Certificate } from '../../device/certificate'
import { holds, type PublicJwk } from '../../device/key'
import { membersOf, SIGNERS, type Doc, type EntryDoc, type PresenceDoc } from '../../sync/book'
import { unpack } from '../../sync/bundle'
import { KINDS } from '../../sync/envelope'
import { isRefusal } from '../../sync/errors'
import { read, takeApart, type Op } from '../../sync/op'
import { reduce } from '../../sync/reduce'
import { check } from '../../sync/rules'
import { deliver, isOnce } from '../book/delivery'
import { isRefused, type Refused } from '../refused'

/** An entry as the other phone tells it, on top of what this one knows. */
export interface TakenEntry {
  entry: EntryDoc
  /** This phone knew it before. */
  known: boolean
}

export interface TakenEntries {
  as: 'entries'
  book: string
  person: string
  /** As the roster calls him; null when neither phone says. */
  name: string | null
  /** False: this phone does not know the book, so that only the server can say whether he is my apprentice. */
  met: boolean
  entries: TakenEntry[]
  /** The check-ins these entries rest on. */
  presences: PresenceDoc[]
  ops: Op[]
}

export interface Answered {
  entry: string
  as: 'signed' | 'returned'
  op: string
}

export interface TakenAnswer {
  as: 'answer'
  book: string
  person: string
  name: string | null
  answered: Answered[]
  /** This phone does not know of the pairing: brought along, shown once the server has said yes. */
  unsure: Answered[]
  failed: { entry: string; word: string }[]
}

const GIVEN: Record<number, ReadonlySet<string>> = {
  [KINDS.entries]: new Set(['entry.logged', 'entry.revised', 'presence.checked_in', 'presence.checked_out']),
  [KINDS.answer]: new Set(['entry.signed', 'entry.returned']),
  [KINDS.session]: new Set(['session.opened']),
}
/** Words that only say that this phone has not heard of a pairing. */
const UNPAIRED: ReadonlySet<string> = new Set(['no_such_book', 'not_a_member', 'not_paired', 'wrong_role'])

interface Proven {
  certificate: Certificate
  ops: Op[]
}

/** Every signature by a device the server vouches for, all of one person, all of one book, all of what such a code may say. */
export async function prove(db: AccountDb, kind: number, raw: Uint8Array, now: number): Promise<Proven | Refused> {
  const given = unpack(raw)
  const allowed = GIVEN[kind]
  if (typeof given === 'string') return { refused: given === 'newer' ? 'newer' : 'damaged' }
  if (!allowed) return { refused: 'newer' }
  const server = (await readMeta(db, 'server_key')) as PublicJwk | undefined
  if (!server) return { refused: 'online_only' }
  const certificate = await readCertificate(given.certificate, server, now)
  if (certificate === 'stranger') return { refused: 'stranger' }
  if (certificate === 'expired') return { refused: 'certificate_over' }
  const ops: Op[] = []
  for (const jws of given.ops) {
    const op = await readOne(jws, certificate)
    if (!op || !allowed.has(op.kind)) return { refused: 'forged' }
    ops.push(op)
  }
  return new Set(ops.map(({ book }) => book)).size === 1 ? { certificate, ops } : { refused: 'forged' }
}

async function readOne(jws: string, { device, jwk, person }: Certificate): Promise<Op | null> {
  const sealed = takeApart(jws)
  if (isRefusal(sealed) || sealed.kid !== device) return null
  if (!(await holds(jwk, sealed.signed, new Uint8Array(sealed.signature)))) return null
  const op = read(sealed)
  return isRefusal(op) || op.by !== person || op.fields === null ? null : op
}

async function nameOf(db: AccountDb, { person, name }: Certificate): Promise<string | null> {
  return (await readPeople(db)).find(({ id }) => id === person)?.name ?? name ?? null
}

const row = (op: Op, now: number) => ({ id: op.id, jws: op.jws, book: op.book, doc: op.doc, kind: op.kind, at: now, carried: true })

export const facts = (op: Op) => ({
  ...{ desk: false, refused: new Set<string>(), held: false },
  accepted: new Set([...op.deps, ...(op.of === null ? [] : [op.of])]),
})

/** On top of what is known: an op that is in a document already changes nothing. */
function put(docs: Map<string, Doc>, op: Op): void {
  const doc = docs.get(op.doc)
  if (doc && JSON.stringify(doc).includes(op.id)) return
  for (const [id, after] of reduce(docs, op)) docs.set(id, after)
}

/** The entries these ops alone make. */
export function entriesIn(ops: readonly Op[]): ReadonlyMap<string, EntryDoc> {
  const docs = new Map<string, Doc>()
  for (const op of ops) put(docs, op)
  return new Map([...docs].flatMap(([id, doc]): [string, EntryDoc][] => (doc.kind === 'entry' ? [[id, doc]] : [])))
}

/** Read what an apprentice shows. Kept at once where this phone knows his book; else only with the sign-off. */
export async function takeEntries(db: AccountDb, raw: Uint8Array, now: number): Promise<TakenEntries | Refused> {
  const proven = await prove(db, KINDS.entries, raw, now)
  if ('refused' in proven) return proven
  const { certificate, ops } = proven
  const me = (await readMeta(db, 'person'))?.id
  if (certificate.person === me) return { refused: 'own_code' }
  const book = ops[0]!.book
  const docs = await readFew(db, book, [book, ...new Set(ops.map(({ doc }) => doc))])
  const head = docs.get(book)
  const met = head?.kind === 'book'
  if (met && (head.apprentice !== certificate.person || !membersOf(head, me ?? '').some(({ role }) => SIGNERS.has(role)))) {
    return { refused: 'not_your_apprentice' }
  }
  const known = new Set(docs.keys())
  for (const op of ops) put(docs, op)
  const shown = [...new Set(ops.map(({ doc }) => doc))].flatMap((id) => docs.get(id) ?? [])
  const entries = shown.flatMap((entry): TakenEntry[] => (entry.kind === 'entry' && entry.by === certificate.person ? [{ entry, known: known.has(entry.id) }] : []))
  const presences = shown.filter((doc) => doc.kind === 'presence')
  if (!entries.length) return { refused: 'forged' }
  // Where nothing may stay it is brought with the decision, at once.
  const kept = met && !(await isOnce(db)) ? await carry(db, ops, now) : null
  return kept ?? { as: 'entries', book, person: certificate.person, name: await nameOf(db, certificate), met, entries, presences, ops }
}

type Rows = Parameters<typeof keepOps>[1]

/** Which ops the server would not have, each with the server's own word; what is nowhere afterwards was not taken either. */
async function bringNow(db: AccountDb, ops: Op[], rows: Rows): Promise<ReadonlyMap<string, Refused> | Refused> {
  const said = ops.map(({ book, kind, of, fields }) => ({ book, kind, of, body: fields }))
  const missed = await deliver(db, said, rows.map((one) => ({ ...one, awaited: true })))
  if ('overtaken' in missed) throw new Error('nothing was numbered')
  if (isRefused(missed)) return missed
  const late = [...missed.values()].find(({ refused }) => refused === 'not_delivered')
  if (late) return late
  const there = new Set((await readOpsNamed(db, ops.map(({ id }) => id))).map(({ id }) => id))
  return new Map(ops.filter(({ id }) => !there.has(id)).map(({ id }) => [id, missed.get(id) ?? { refused: 'unexpected' }]))
}

/** Bring another's ops to the server with one's own; where nothing may stay, at once. Which of them it would not have, and why. */
async function bring(db: AccountDb, ops: Op[], now: number, unsure = false): Promise<ReadonlyMap<string, Refused> | Refused> {
  const rows = ops.map((op) => ({ ...row(op, now), ...(unsure ? { unsure } : {}) }))
  if (rows.length && (await isOnce(db))) return bringNow(db, ops, rows)
  const kept = await keepOps(db, rows)
  return isTrouble(kept) ? { refused: kept.trouble } : new Map()
}

/** What the server will not have is for what depends on it to hear. */
export async function carry(db: AccountDb, ops: Op[], now: number): Promise<Refused | null> {
  const missed = await bring(db, ops, now)
  return isRefused(missed) ? missed : null
}

/** What the server would not have has no effect, whatever this phone thought of it. */
function unseal(told: TakenAnswer, missed: ReadonlyMap<string, Refused>): void {
  const there = ({ op }: Answered) => !missed.has(op)
  for (const { entry, op } of [...told.answered, ...told.unsure]) {
    const refused = missed.get(op)
    if (refused) told.failed.push({ entry, word: refused.refused })
  }
  told.answered = told.answered.filter(there)
  told.unsure = told.unsure.filter(there)
}

/** Read a master's answer, keep it, and say what became of which entry. */
export async function takeAnswer(db: AccountDb, raw: Uint8Array, now: number): Promise<TakenAnswer | Refused> {
  const proven = await prove(db, KINDS.answer, raw, now)
  if ('refused' in proven) return proven
  const { certificate, ops } = proven
  const me = (await readMeta(db, 'person'))?.id
  if (certificate.person === me) return { refused: 'own_code' }
  const book = ops[0]!.book
  const docs = await readFew(db, book, [book, ...new Set(ops.map(({ doc }) => doc))])
  if (!docs.has(book)) return { refused: 'foreign_book' }
  const told: TakenAnswer = { as: 'answer', book, person: certificate.person, name: await nameOf(db, certificate), answered: [], unsure: [], failed: [] }
  const [sure, unsure]: [Op[], Op[]] = [[], []]
  for (const op of ops) {
    const refusal = check(docs, op, facts(op))
    const answered: Answered = { entry: op.doc, as: op.kind === 'entry.signed' ? 'signed' : 'returned', op: op.id }
    const there = JSON.stringify(docs.get(op.doc) ?? null).includes(op.id)
    if (there || !refusal) {
      put(docs, op)
      sure.push(op)
      told.answered.push(answered)
    } else if (UNPAIRED.has(refusal.word)) {
      unsure.push(op)
      told.unsure.push(answered)
    } else told.failed.push({ entry: op.doc, word: refusal.word })
  }
  for (const [brought, doubtful] of [[sure, false], [unsure, true]] as const) {
    const missed = await bring(db, brought, now, doubtful)
    if (isRefused(missed)) return missed
    unseal(told, missed)
  }
  return told
}

/** Whatever of the two it is; of the kinds that are neither a kiosk's screen and its trainer's are for others, the rest comes from a
    later build. */
export async function takeWhole(db: AccountDb, kind: number, raw: Uint8Array, now: number): Promise<TakenEntries | TakenAnswer | Refused> {
  if (kind === KINDS.entries) return takeEntries(db, raw, now)
  if (kind === KINDS.session) return { refused: 'for_a_kiosk' }
  return kind === KINDS.answer ? takeAnswer(db, raw, now) : { refused: 'newer' }
}
