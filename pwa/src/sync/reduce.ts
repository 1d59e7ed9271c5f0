/* What an operation does to a book's documents, twin of sync/reduce.py. It never refuses and never throws: what does not fit
   changes nothing. */
import {
  claimedMinutes, type BaseDoc, type BookDoc, type Doc, type Docs, type EntryContent, type EntryDoc, type KioskDoc, type MeDoc, type Member,
  type NoteDoc, type NoticeDoc, type Plan, type PresenceDoc, type Proof, type Recognised, type ResetDoc, type ResultContent, type ResultDoc,
  type Reversal, type Rival, type Seal, type SessionDoc, type Version,
} from './book'
import { KINDS, type Fields } from './kinds'
import type { Op } from './op'

/** The documents this op changes, as they stand after it; empty when it changes none. */
export function reduce(docs: Docs, op: Op): Map<string, Doc> {
  const kind = KINDS.get(op.kind)
  const { fields } = op
  if (kind === undefined || fields === null) return new Map()
  const doc = docs.get(op.doc)
  if (doc === undefined) {
    const first = FIRST[op.kind]
    return first ? new Map([[op.doc, first(op, fields)]]) : new Map()
  }
  if (doc.kind !== kind.concerns || !kind.states.has(doc.state)) return new Map()
  const next = NEXT[op.kind]
  return next ? new Map([[op.doc, next(doc as never, op, fields)]]) : new Map()
}

/** kinds checked the fields against their row: from here on they have that row's shape. */
const as = <Shape>(fields: Fields): Shape => fields as Shape

type Opened = Omit<BookDoc, 'id' | 'kind' | 'state' | 'plan' | 'members' | 'locked'>
type CheckedIn = Pick<PresenceDoc, 'base' | 'workstation' | 'day' | 'start' | 'code'>
type Signed = Pick<Seal, 'minutes' | 'how' | 'note' | 'scores'>
type Reason = { reason: string }

const openBook = (op: Op, fields: Fields): BookDoc => ({
  id: op.doc, kind: 'book', state: 'open', ...as<Opened>(fields), plan: null, members: [], locked: [],
})

const versionOf = (op: Op, content: EntryContent): Version => ({
  op: op.id, minutes: claimedMinutes(content), at: op.at, seen: op.seen,
})

function logEntry(op: Op, fields: Fields): EntryDoc {
  const content = as<EntryContent>(fields)
  return {
    id: op.doc, kind: 'entry', state: 'logged', by: op.by, version: op.id,
    versions: [versionOf(op, content)], content, at: op.at,
    seals: [], returns: [], rivals: [], recognised: null, queries: [], reversals: [], withdrawn: null,
  }
}

const checkIn = (op: Op, fields: Fields): PresenceDoc => ({
  id: op.doc, kind: 'presence', state: 'in', by: op.by, ...as<CheckedIn>(fields), end: null, at: op.at, seen: op.seen,
})

const claimResult = (op: Op, fields: Fields): ResultDoc => ({
  id: op.doc, kind: 'result', state: 'claimed', by: op.by, version: op.id,
  versions: [{ op: op.id, minutes: 0 }], content: as<ResultContent>(fields), at: op.at, rivals: [], decisions: [],
})

const addNote = (op: Op, fields: Fields): NoteDoc => ({
  id: op.doc, kind: 'note', state: 'added', by: op.by, ...as<Pick<NoteDoc, 'text' | 'about'>>(fields), at: op.at,
})

const resetAccess = (op: Op, fields: Fields): ResetDoc => ({
  id: op.doc, kind: 'reset', state: 'done', by: op.by,
  ...as<Pick<ResetDoc, 'person' | 'second' | 'reason'>>(fields), at: op.at,
})

function openMe(op: Op, fields: Fields): MeDoc {
  const { owner, from } = as<{ owner: string; from: string }>(fields)
  const member = { id: op.doc, person: owner, role: 'owner' as const, org: null, from, to: null }
  return { id: op.doc, kind: 'me', state: 'open', owner, members: [member], read_until: 0 }
}

const openBase = (op: Op, fields: Fields): BaseDoc => ({
  id: op.doc, kind: 'base', state: 'open', ...as<Pick<BaseDoc, 'name' | 'workstations'>>(fields), members: [],
})

const openSession = (op: Op, fields: Fields): SessionDoc => ({
  id: op.doc, kind: 'session', state: 'open', by: op.by,
  ...as<Pick<SessionDoc, 'workstation' | 'module' | 'topic' | 'day' | 'start' | 'end'>>(fields), seen: [], at: op.at,
})

/** A presence somebody else speaks for: it names the session in which he saw the person. */
const seePresence = (op: Op, fields: Fields): PresenceDoc => ({
  id: op.doc, kind: 'presence', state: 'out', by: op.by,
  ...as<Pick<PresenceDoc, 'base' | 'session' | 'workstation' | 'day' | 'start' | 'end'>>(fields), code: null, at: op.at, seen: op.seen,
})

const hearKiosk = (op: Op, fields: Fields): KioskDoc => ({
  id: op.doc, kind: 'kiosk', state: 'heard', ...as<Pick<KioskDoc, 'person' | 'device' | 'seconds'>>(fields), at: op.at,
})

const giveNotice = (op: Op, fields: Fields): NoticeDoc => ({
  id: op.doc, kind: 'notice', state: 'given', ...as<Pick<NoticeDoc, 'word' | 'book' | 'about' | 'count'>>(fields), at: op.at,
})

const readNotices = (doc: MeDoc, _op: Op, fields: Fields): MeDoc => ({
  ...doc, read_until: Math.max(doc.read_until, as<{ until: number }>(fields).until),
})

const setPlan = (doc: BookDoc, _op: Op, fields: Fields): BookDoc => ({ ...doc, plan: as<Plan>(fields) })

function joinMember(doc: BookDoc, _op: Op, fields: Fields): BookDoc {
  const { member, person, role, org, from, to } = as<Omit<Member, 'id'> & { member: string }>(fields)
  return { ...doc, members: [...doc.members, { id: member, person, role, org, from, to }] }
}

function leaveMember<Kind extends BookDoc | BaseDoc>(doc: Kind, _op: Op, fields: Fields): Kind {
  const left = as<{ member: string; to: string }>(fields)
  return { ...doc, members: doc.members.map((m) => (m.id === left.member ? { ...m, to: left.to } : m)) }
}

const changeBase = (doc: BaseDoc, _op: Op, fields: Fields): BaseDoc => ({ ...doc, ...fields })

function joinStaff(doc: BaseDoc, _op: Op, fields: Fields): BaseDoc {
  const { member, person, role, from, to } = as<Omit<Member, 'id' | 'org'> & { member: string }>(fields)
  return { ...doc, members: [...doc.members, { id: member, person, role, org: doc.id, from, to }] }
}

const closeSession = (doc: SessionDoc, _op: Op, fields: Fields): SessionDoc => ({ ...doc, state: 'closed', ...fields })

const hearAgain = (doc: KioskDoc, op: Op, fields: Fields): KioskDoc => ({ ...doc, ...fields, at: op.at })

function lockMonth(doc: BookDoc, _op: Op, fields: Fields): BookDoc {
  const { month } = as<{ month: string }>(fields)
  return { ...doc, locked: [...new Set([...doc.locked, month])].sort() }
}

const rivalOf = <Content>(op: Op, fields: Fields): Rival<Content> => ({
  op: op.id, of: op.of, content: as<Content>(fields), at: op.at,
})

/** A new content from the current one replaces it and strikes the seals; from an older one it stands beside it as a rival. */
function reviseEntry(doc: EntryDoc, op: Op, fields: Fields): EntryDoc {
  const content = as<EntryContent>(fields)
  const versions = [...doc.versions, versionOf(op, content)]
  if (op.of !== doc.version) return { ...doc, versions, rivals: [...doc.rivals, rivalOf<EntryContent>(op, fields)] }
  const seals = doc.seals.map((seal) => ({ ...seal, struck: true }))
  return { ...doc, state: 'logged', version: op.id, versions, content, seals, rivals: [] }
}

const withdrawEntry = (doc: EntryDoc, op: Op, fields: Fields): EntryDoc => ({
  ...doc, state: 'withdrawn', withdrawn: { op: op.id, reason: as<Reason>(fields).reason, at: op.at },
})

const byTime = (a: Seal, b: Seal): number => a.at - b.at || (a.op < b.op ? -1 : a.op > b.op ? 1 : 0)

function signEntry(doc: EntryDoc, op: Op, fields: Fields): EntryDoc {
  const struck = op.of !== doc.version
  const seal: Seal = { op: op.id, of: op.of, by: op.by, at: op.at, seen: op.seen, ...as<Signed>(fields), struck }
  return { ...doc, state: struck ? doc.state : 'signed', seals: [...doc.seals, seal].sort(byTime) }
}

/** A return of the current content sends it back and lifts the returning person's own seal; of an older one it is only noted. */
function returnEntry(doc: EntryDoc, op: Op, fields: Fields): EntryDoc {
  const noted = { op: op.id, of: op.of, by: op.by, reason: as<Reason>(fields).reason, at: op.at }
  const returns = [...doc.returns, noted]
  if (op.of !== doc.version) return { ...doc, returns }
  const seals = doc.seals.map((seal) => (seal.by === op.by ? { ...seal, struck: true } : seal))
  return { ...doc, state: 'returned', seals, returns }
}

function creditEntry(doc: EntryDoc, op: Op, fields: Fields): EntryDoc {
  const given = as<Pick<Recognised, 'minutes' | 'note'>>(fields)
  return { ...doc, state: 'credited', recognised: { op: op.id, of: op.of, by: op.by, at: op.at, ...given } }
}

function queryEntry(doc: EntryDoc, op: Op, fields: Fields): EntryDoc {
  const query = { op: op.id, by: op.by, reason: as<Reason>(fields).reason, at: op.at }
  return { ...doc, state: 'queried', recognised: null, queries: [...doc.queries, query] }
}

function reverseEntry(doc: EntryDoc, op: Op, fields: Fields): EntryDoc {
  const reversal = { op: op.id, by: op.by, at: op.at, ...as<Pick<Reversal, 'minutes' | 'reason'>>(fields) }
  return { ...doc, reversals: [...doc.reversals, reversal] }
}

const checkOut = (doc: PresenceDoc, _op: Op, fields: Fields): PresenceDoc => ({
  ...doc, state: 'out', end: as<{ end: number }>(fields).end,
})

/** Said of a code more than once, what was said last holds; coming stands before going, whichever was looked at first. */
function provePresence(doc: PresenceDoc, op: Op, fields: Fields): PresenceDoc {
  const proof = as<Omit<Proof, 'op' | 'at'>>(fields)
  const others = (doc.proofs ?? []).filter(({ side }) => side !== proof.side)
  const said = { op: op.id, ...proof, at: op.at }
  return { ...doc, proofs: proof.side === 'in' ? [said, ...others] : [...others, said] }
}

function claimAgain(doc: ResultDoc, op: Op, fields: Fields): ResultDoc {
  const versions = [...doc.versions, { op: op.id, minutes: 0 }]
  if (op.of !== doc.version) return { ...doc, versions, rivals: [...doc.rivals, rivalOf<ResultContent>(op, fields)] }
  return { ...doc, state: 'claimed', version: op.id, versions, content: as<ResultContent>(fields), rivals: [] }
}

const verifyResult = (doc: ResultDoc, op: Op, fields: Fields): ResultDoc =>
  decide(doc, op, 'verified', as<{ note: string | null }>(fields).note)

const rejectResult = (doc: ResultDoc, op: Op, fields: Fields): ResultDoc =>
  decide(doc, op, 'rejected', as<Reason>(fields).reason)

function decide(doc: ResultDoc, op: Op, state: 'verified' | 'rejected', text: string | null): ResultDoc {
  const made = { op: op.id, of: op.of, by: op.by, as: state, text, at: op.at }
  return { ...doc, state, decisions: [...doc.decisions, made] }
}

const FIRST: Readonly<Record<string, (op: Op, fields: Fields) => Doc>> = {
  'book.opened': openBook,
  'entry.logged': logEntry,
  'presence.checked_in': checkIn,
  'result.claimed': claimResult,
  'note.added': addNote,
  'access.reset': resetAccess,
  'me.opened': openMe,
  'notice.given': giveNotice,
  'presence.seen': seePresence,
  'base.opened': openBase,
  'session.opened': openSession,
  'kiosk.heard': hearKiosk,
}
const NEXT: Readonly<Record<string, (doc: never, op: Op, fields: Fields) => Doc>> = {
  'plan.set': setPlan,
  'member.joined': joinMember,
  'member.left': leaveMember,
  'month.locked': lockMonth,
  'entry.revised': reviseEntry,
  'entry.withdrawn': withdrawEntry,
  'entry.signed': signEntry,
  'entry.returned': returnEntry,
  'entry.credited': creditEntry,
  'entry.queried': queryEntry,
  'entry.reversed': reverseEntry,
  'presence.checked_out': checkOut,
  'presence.proven': provePresence,
  'result.claimed': claimAgain,
  'result.verified': verifyResult,
  'result.rejected': rejectResult,
  'notices.read': readNotices,
  'base.changed': changeBase,
  'staff.joined': joinStaff,
  'staff.left': leaveMember,
  'session.closed': closeSession,
  'kiosk.heard': hearAgain,
}
