/* May this author do this to this book? Twin of sync/rules.py. The phone asks before it writes; the server's answer is the one
   that counts. */
import {
  SIGNERS, WAITING, claimedMinutes, confirmedMinutes, creditedMinutes, membersOf, servesOn, standingSeals, versionMinutes,
  type BaseDoc, type BookDoc, type Doc, type Docs, type EntryContent, type EntryDoc, type Head, type Member, type PresenceDoc, type ResultDoc,
  type SessionDoc,
} from './book'
import { monthOf } from './days'
import { Refusal, type Word } from './errors'
import { KINDS, LIMITS, type Kind } from './kinds'
import type { Op } from './op'

/** What the documents do not say: is this a desk act, and which ops named by this one are accepted or refused. */
export interface Facts {
  desk: boolean
  accepted: ReadonlySet<string>
  refused: ReadonlySet<string>
  held: boolean
}

export const NO_FACTS: Facts = { desk: false, accepted: new Set(), refused: new Set(), held: false }

type Answer = Word | null

/** What speaks of a day, the documents that head a book, and the operations a book begins with. */
const DATED: ReadonlySet<string> = new Set(['entry', 'presence', 'session'])
const HEADS: ReadonlySet<string> = new Set([...KINDS.values()].map((kind) => kind.head))
const OPENING: ReadonlySet<string> = new Set(
  [...KINDS.values()].filter((kind) => kind.concerns === kind.head && kind.states.has('none')).map((kind) => kind.name),
)

/** Null when the op may take effect on these documents, else why not. The first reason in a fixed order is given. */
export function check(docs: Docs, op: Op, facts: Facts): Refusal | null {
  const book = headOf(docs, op)
  const doc = docs.get(op.doc)
  const stranger = checkDoor(op, book, facts)
  if (stranger !== null) return new Refusal(stranger)
  const kind = KINDS.get(op.kind)
  if (kind === undefined) return new Refusal('unknown_kind')
  if (book !== undefined && !kind.heads.has(book.kind)) return new Refusal('wrong_book')
  if (op.fields === null) return new Refusal('bad_field')
  const early = checkDesk(kind, facts) ?? checkDepends(op, facts)
  if (early !== null) return new Refusal(early, early === 'missing' ? needsOf(op, facts) : [])
  const word =
    checkDocument(kind, op, doc) ??
    (facts.desk ? null : checkRole(kind, op, book, doc)) ??
    checkVersion(kind, op, doc) ??
    checkState(kind, doc) ??
    checkMonth(kind, op, book, doc) ??
    TRADE[op.kind]?.(op, docs, facts) ??
    null
  return word === null ? null : new Refusal(word)
}

/** kinds checked the fields against their row: from here on they have that row's shape. */
const fieldsAs = <Shape>(op: Op): Shape => op.fields as Shape

/** The book's own document; another kind under its id is none. */
function headOf(docs: Docs, op: Op): Head | undefined {
  const book = docs.get(op.book)
  return book !== undefined && HEADS.has(book.kind) ? (book as Head) : undefined
}

function checkDesk(kind: Kind, facts: Facts): Answer {
  if (facts.desk) return kind.by.has('desk') ? null : 'wrong_role'
  return onlyBy(kind, 'desk') ? 'desk_only' : null
}

const onlyBy = (kind: Kind, role: string): boolean => kind.by.size === 1 && kind.by.has(role)

/** Strangers hear so before anything else: nothing of theirs waits, is kept or is looked at. */
function checkDoor(op: Op, book: Head | undefined, facts: Facts): Answer {
  if (book === undefined) return OPENING.has(op.kind) ? null : 'no_such_book'
  return facts.desk || membersOf(book, op.by).length > 0 ? null : 'not_a_member'
}

function needsOf(op: Op, facts: Facts): string[] {
  const named = op.of === null || op.deps.includes(op.of) ? op.deps : [...op.deps, op.of]
  return named.filter((id) => !facts.accepted.has(id))
}

function checkDepends(op: Op, facts: Facts): Answer {
  const needs = needsOf(op, facts)
  if (needs.length === 0) return null
  return needs.some((need) => facts.refused.has(need)) ? 'depends_on_refused' : 'missing'
}

function checkDocument(kind: Kind, op: Op, doc: Doc | undefined): Answer {
  if (kind.concerns === kind.head && op.doc !== op.book) return 'wrong_document'
  if (doc === undefined) return kind.states.has('none') ? null : 'no_such_document'
  if (kind.states.size === 1 && kind.states.has('none')) {
    return 'by' in doc && doc.by !== op.by ? 'document_taken' : 'document_exists'
  }
  return doc.kind === kind.concerns ? null : 'wrong_document'
}

/** A kind of the apprentice's own; a desk may write some of them for him. */
const isApprentices = ({ by }: Kind): boolean => by.has('apprentice') && by.size === (by.has('desk') ? 2 : 1)

function checkRole(kind: Kind, op: Op, book: Head | undefined, doc: Doc | undefined): Answer {
  const mine = book ? membersOf(book, op.by) : []
  const day = DATED.has(kind.concerns) ? fieldsAs<{ day?: string }>(op).day : undefined
  if (day !== undefined && !mine.some((member) => servesOn(member, day))) return 'not_a_member'
  const roles = mine.map((member) => member.role)
  const may = roles.some((role) => kind.by.has(role))
  const ofTheBook = doc === undefined || kind.concerns === kind.head
  if (kind.by.has('member') || (ofTheBook && may)) return null
  if (doc === undefined || ofTheBook) return 'wrong_role'
  const own = 'by' in doc && doc.by === op.by
  if (kind.by.has('author') || isApprentices(kind)) return own ? null : 'not_author'
  if (own) return 'own_entry'
  return may ? null : 'wrong_role'
}

function checkVersion(kind: Kind, op: Op, doc: Doc | undefined): Answer {
  if (kind.of === 'none' || doc === undefined) return op.of === null ? null : 'unknown_version'
  const versioned = doc as EntryDoc | ResultDoc
  if (op.of === null || versionMinutes(versioned, op.of) === null) return 'unknown_version'
  return kind.of === 'current' && op.of !== versioned.version ? 'stale_version' : null
}

const checkState = (kind: Kind, doc: Doc | undefined): Answer =>
  doc === undefined || kind.states.has(doc.state) ? null : 'wrong_state'

/** The days whose months this op touches: where it puts its document and where that stood before. */
function daysOf(op: Op, doc: Doc | undefined): string[] {
  const { day } = fieldsAs<{ day?: string }>(op)
  const days = day === undefined ? [] : [day]
  if (doc?.kind === 'entry') days.push(doc.content.day)
  if (doc?.kind === 'presence') days.push(doc.day)
  return days
}

function checkMonth(kind: Kind, op: Op, book: Head | undefined, doc: Doc | undefined): Answer {
  if (kind.month === 'any' || book?.kind !== 'book') return null
  const locked = daysOf(op, doc).some((day) => book.locked.includes(monthOf(day)))
  if (kind.month === 'open') return locked ? 'month_locked' : null
  return locked ? null : 'month_open'
}

function opened(op: Op): Answer {
  const { from, to } = fieldsAs<BookDoc>(op)
  return to < from ? 'times_crossed' : null
}

function joined(op: Op, docs: Docs): Answer {
  const book = docs.get(op.book) as BookDoc
  const { member, person, role, from, to } = fieldsAs<Member & { member: string }>(op)
  if (book.members.some((known) => known.id === member)) return 'document_exists'
  if (to !== null && to < from) return 'times_crossed'
  return (person === book.apprentice) === (role === 'apprentice') ? null : 'same_person'
}

function left(op: Op, docs: Docs): Answer {
  const fields = fieldsAs<{ member: string; to: string }>(op)
  const member = (docs.get(op.book) as BookDoc | BaseDoc).members.find((known) => known.id === fields.member)
  if (member === undefined) return 'no_such_document'
  return fields.to < member.from ? 'times_crossed' : null
}

const logged = (op: Op): Answer => (claimedMinutes(fieldsAs<EntryContent>(op)) <= 0 ? 'times_crossed' : null)

function planned(op: Op): Answer {
  const codes = fieldsAs<{ modules: { code: string }[] }>(op).modules.map((module) => module.code)
  return new Set(codes).size === codes.length ? null : 'bad_field'
}

const entryOf = (op: Op, docs: Docs): EntryDoc => docs.get(op.doc) as EntryDoc

const isFull = (list: readonly unknown[]): boolean => list.length >= LIMITS.versions

const revised = (op: Op, docs: Docs): Answer => (isFull(entryOf(op, docs).versions) ? 'too_many_versions' : logged(op))

const returned = (op: Op, docs: Docs): Answer => (isFull(entryOf(op, docs).returns) ? 'too_many_versions' : paired(op, docs))

/** Whoever wrote an entry or ever signed it does not check it. */
function maker(entry: EntryDoc, person: string): Answer {
  if (entry.by === person) return 'own_entry'
  return entry.seals.some((seal) => seal.by === person) ? 'signer_credits' : null
}

function queried(op: Op, docs: Docs): Answer {
  const entry = entryOf(op, docs)
  return maker(entry, op.by) ?? (isFull(entry.queries) ? 'too_many_versions' : null)
}

function paired(op: Op, docs: Docs): Answer {
  const { day } = entryOf(op, docs).content
  const own = membersOf(docs.get(op.book) as BookDoc, op.by)
  return own.some((member) => SIGNERS.has(member.role) && servesOn(member, day)) ? null : 'not_paired'
}

function signed(op: Op, docs: Docs): Answer {
  const entry = entryOf(op, docs)
  const { minutes } = fieldsAs<{ minutes: number }>(op)
  if (minutes > (versionMinutes(entry, op.of ?? '') ?? 0)) return 'minutes_raised'
  if (standingSeals(entry).some((seal) => seal.by === op.by && seal.of === op.of)) return 'already_signed'
  return isFull(entry.seals) ? 'too_many_versions' : paired(op, docs)
}

function credited(op: Op, docs: Docs): Answer {
  const entry = entryOf(op, docs)
  const word = maker(entry, op.by)
  if (word) return word
  const { minutes, note } = fieldsAs<{ minutes: number; note: string | null }>(op)
  if (minutes === 0) return note || entry.state === 'signed' ? null : 'note_needed' // set aside: nothing of it counts, whoever it still waits for
  if (entry.state !== 'signed' && entry.state !== 'queried') return 'wrong_state'
  if (entry.rivals.length > 0) return 'rivals_open'
  return minutes > confirmedMinutes(entry) ? 'minutes_raised' : null
}

function reversed(op: Op, docs: Docs): Answer {
  const entry = entryOf(op, docs)
  const { minutes } = fieldsAs<{ minutes: number }>(op)
  const rest = creditedMinutes(entry) + minutes
  if (entry.by === op.by) return 'own_entry'
  if (minutes > 0 && standingSeals(entry).some((seal) => seal.by === op.by)) return 'signer_credits'
  if (isFull(entry.reversals)) return 'too_many_versions'
  return rest >= 0 && rest <= confirmedMinutes(entry) ? null : 'minutes_raised'
}

function locked(op: Op, docs: Docs, facts: Facts): Answer {
  const { month } = fieldsAs<{ month: string }>(op)
  if ((docs.get(op.book) as BookDoc).locked.includes(month)) return 'already_locked'
  const waits = (doc: Doc) => doc.kind === 'entry' && WAITING.has(doc.state) && monthOf(doc.content.day) === month
  return facts.held || [...docs.values()].some(waits) ? 'entries_waiting' : null
}

const checkedOut = (op: Op, docs: Docs): Answer =>
  fieldsAs<{ end: number }>(op).end <= (docs.get(op.doc) as PresenceDoc).start ? 'times_crossed' : null

/** Whoever claimed a result, for himself or for an apprentice, does not say whether it holds. */
function decided(op: Op, docs: Docs): Answer {
  const result = docs.get(op.doc) as ResultDoc
  if ((docs.get(op.book) as BookDoc).apprentice === op.by) return 'own_entry'
  if (result.by === op.by) return 'claimant_decides'
  return op.kind === 'result.verified' && result.rivals.length > 0 ? 'rivals_open' : null
}

/** A claim is mended by who made it: a desk mends no apprentice's, nor that of another desk. */
function claimed(op: Op, docs: Docs): Answer {
  const result = docs.get(op.doc) as ResultDoc | undefined
  if (result === undefined) return null
  if (result.by !== op.by) return 'not_author'
  return isFull(result.versions) ? 'too_many_versions' : null
}

/** A kiosk is nobody: whoever stands at it must not be able to open what it vouches for. */
function staffed(op: Op, docs: Docs): Answer {
  const base = docs.get(op.book) as BaseDoc
  const { member, person, role, from, to } = fieldsAs<Member & { member: string }>(op)
  if (base.members.some((known) => known.id === member)) return 'document_exists'
  if (to !== null && to < from) return 'times_crossed'
  const mixed = membersOf(base, person).some((known) => (known.role === 'kiosk') !== (role === 'kiosk'))
  return mixed ? 'same_person' : null
}

/** A session and who was seen in it: by somebody who served in such a role that day. */
function heldOn(op: Op, docs: Docs): Answer {
  const { day, start, end } = fieldsAs<{ day: string; start: number; end: number }>(op)
  if (end <= start) return 'times_crossed'
  const { by } = KINDS.get(op.kind)!
  const own = membersOf(docs.get(op.book) as Head, op.by)
  return own.some((member) => by.has(member.role) && servesOn(member, day)) ? null : 'not_paired'
}

function closed(op: Op, docs: Docs): Answer {
  const { end, seen } = fieldsAs<Pick<SessionDoc, 'end' | 'seen'>>(op)
  if (end <= (docs.get(op.doc) as SessionDoc).start) return 'times_crossed'
  return new Set(seen.map(({ person }) => person)).size === seen.length ? null : 'bad_field'
}

function reset(op: Op): Answer {
  const { person, second } = fieldsAs<{ person: string; second: string }>(op)
  return new Set([op.by, person, second]).size < 3 ? 'same_person' : null
}

/** A personal book has the id of its person, so that nobody ever has two. */
const openedMe = (op: Op): Answer => (fieldsAs<{ owner: string }>(op).owner === op.book ? null : 'wrong_book')

const TRADE: Readonly<Record<string, (op: Op, docs: Docs, facts: Facts) => Answer>> = {
  'book.opened': opened,
  'plan.set': planned,
  'member.joined': joined,
  'member.left': left,
  'entry.logged': logged,
  'entry.revised': revised,
  'entry.signed': signed,
  'entry.returned': returned,
  'entry.credited': credited,
  'entry.queried': queried,
  'entry.reversed': reversed,
  'month.locked': locked,
  'presence.checked_out': checkedOut,
  'result.claimed': claimed,
  'result.verified': decided,
  'result.rejected': decided,
  'access.reset': reset,
  'me.opened': openedMe,
  'presence.seen': heldOn,
  'staff.joined': staffed,
  'staff.left': left,
  'session.opened': heldOn,
  'session.closed': closed,
}
