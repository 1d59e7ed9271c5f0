/* The values of a book, twin of sync/book.py: what its documents look like, and small questions put to them. Nobody changes a
   document; reduce makes new ones. */
import { monthOf } from './days'

export type Role = 'apprentice' | 'mentor' | 'college_tutor' | 'base_trainer' | 'coordinator' | 'enterprise_admin' | 'kiosk'
export type Nature = 'theory' | 'practice'
export type PlaceKind = 'post' | 'base' | 'college' | 'online'

/** A person in a book with a role, from a day to a day (both included; to null = open). */
export interface Member {
  id: string
  person: string
  role: Role
  org: string | null
  from: string
  to: string | null
}

export interface Module {
  code: string
  name: string
  category: 'general' | 'foundation' | 'operation'
  nature: Nature
  place: PlaceKind
  minutes: number
}

export interface CreditRules {
  lesson_minutes: number
  day_cap_minutes: number
  night_from: number
  night_to: number
  online_permille: number
  base_check_in: boolean
  late_days: number
}

export interface Plan {
  plan: string
  name: string
  rule_set: string
  source: string
  status: string
  modules: Module[]
  places: { id: string; name: string; kind: PlaceKind }[]
  rules: CreditRules
  closed_days: string[]
}

export interface BookDoc {
  id: string
  kind: 'book'
  state: 'open'
  apprentice: string
  learner: 'student_apprentice' | 'skill_trainee'
  occupation: string
  level: string
  enterprise: string
  college: string
  from: string
  to: string
  /** Which class it belongs to; a book from before there were classes has none. */
  class?: string
  plan: Plan | null
  members: Member[]
  locked: string[]
}

export interface EntryContent {
  day: string
  start: number
  end: number
  break: number
  module: string
  nature: Nature
  place_kind: PlaceKind
  place: string | null
  text: string
  photos: string[]
  safety: boolean
  shared: boolean
  late_reason: string | null
  presence: string | null
}

/** One content of a document, named by the op that wrote it, with the minutes it claimed. Of an entry also when its device says
    that was, and the last time it had heard of the server by then; what was reduced before these were kept has neither. */
export interface Version {
  op: string
  minutes: number
  at?: number
  seen?: number
}

/** A sign-off. `struck` once the content changed under it or its signer returned the entry. */
export interface Seal {
  op: string
  of: string | null
  by: string
  at: number
  seen?: number
  minutes: number
  how: 'list' | 'scan'
  note: string | null
  scores: { skill: string; score: number }[]
  struck: boolean
}

export interface Rival<Content> {
  op: string
  of: string | null
  content: Content
  at: number
}

export interface Return {
  op: string
  of: string | null
  by: string
  reason: string
  at: number
}

export interface Recognised {
  op: string
  of: string | null
  by: string
  at: number
  minutes: number
  note: string | null
}

export interface Query {
  op: string
  by: string
  reason: string
  at: number
}

export interface Reversal {
  op: string
  by: string
  at: number
  minutes: number
  reason: string
}

export interface EntryDoc {
  id: string
  kind: 'entry'
  state: 'logged' | 'signed' | 'returned' | 'credited' | 'queried' | 'withdrawn'
  by: string
  version: string
  versions: Version[]
  content: EntryContent
  at: number
  seals: Seal[]
  returns: Return[]
  rivals: Rival<EntryContent>[]
  recognised: Recognised | null
  queries: Query[]
  reversals: Reversal[]
  withdrawn: { op: string; reason: string; at: number } | null
}

export type ProofWord =
  | 'good' | 'unreadable' | 'bad_signature' | 'unknown_kiosk' | 'kiosk_ended' | 'other_base' | 'out_of_time' | 'outside_session'

/** What the server found of the kiosk's code in a check-in or a check-out. */
export interface Proof {
  op: string
  side: 'in' | 'out'
  about: string
  session: string | null
  word: ProofWord
  at: number
}

/** A presence: the person's own check-in, or what somebody who saw him says; only the latter names a `session`. */
export interface PresenceDoc {
  id: string
  kind: 'presence'
  state: 'in' | 'out'
  by: string
  base: string
  workstation: string | null
  day: string
  start: number
  code: string | null
  end: number | null
  at: number
  seen?: number
  proofs?: Proof[]
  session?: string
}

export type ResultLevel =
  | 'world' | 'national_1' | 'national_2' | 'province_1' | 'province_2' | 'city_1' | 'city_2' | 'trade' | 'enterprise' | 'college'

/** What stands below `photos` was added later: a result without it has no such member. */
export interface ResultContent {
  competition: string
  year: number
  level: ResultLevel
  event: string
  division: 'staff' | 'teacher' | 'student'
  rank: number | null
  award: string | null
  score: string | null
  day: string
  photos: string[]
  team?: 'single' | 'pair' | 'trio' | 'group'
  contestants?: number
  organiser?: string
  document_no?: string
  certificate_no?: string
  represents?: string
  coach?: string
}

export interface Decision {
  op: string
  of: string | null
  by: string
  as: 'verified' | 'rejected'
  text: string | null
  at: number
}

export interface ResultDoc {
  id: string
  kind: 'result'
  state: 'claimed' | 'verified' | 'rejected'
  by: string
  version: string
  versions: Version[]
  content: ResultContent
  at: number
  rivals: Rival<ResultContent>[]
  decisions: Decision[]
}

export interface NoteDoc {
  id: string
  kind: 'note'
  state: 'added'
  by: string
  text: string
  about: string | null
  at: number
}

export interface ResetDoc {
  id: string
  kind: 'reset'
  state: 'done'
  by: string
  person: string
  second: string
  reason: string
  at: number
}

export type Owner = Omit<Member, 'role'> & { role: 'owner' }

/** The head of a personal book, whose id is its person's. Its notices are read up to a moment of the server's clock. */
export interface MeDoc {
  id: string
  kind: 'me'
  state: 'open'
  owner: string
  members: Owner[]
  read_until: number
}

export type NoticeWord =
  | 'entry_signed' | 'entry_returned' | 'entry_credited' | 'entry_queried' | 'entry_reversed'
  | 'result_verified' | 'result_rejected' | 'month_locked' | 'device_enrolled' | 'access_reset'
  | 'reset_asked' | 'reset_stopped'

/** Something somebody else has done that concerns me: a word, how often, and where to look. */
export interface NoticeDoc {
  id: string
  kind: 'notice'
  state: 'given'
  word: NoticeWord
  book: string | null
  about: string | null
  count: number
  at: number
}

/** The head of a base's book, whose id is the base's. Its members are those who serve there, and its kiosks. */
export interface BaseDoc {
  id: string
  kind: 'base'
  state: 'open'
  name: string
  workstations: string[]
  members: Member[]
}

/** A lesson at a base. Once it is closed, `end` is when it was, and `seen` who was there. */
export interface SessionDoc {
  id: string
  kind: 'session'
  state: 'open' | 'closed'
  by: string
  workstation: string | null
  module: string | null
  topic: string
  day: string
  start: number
  end: number
  seen: { book: string; person: string }[]
  at: number
}

/** When the server last heard of a kiosk, whose person's id it has, and how far its clock was ahead of the server's. */
export interface KioskDoc {
  id: string
  kind: 'kiosk'
  state: 'heard'
  person: string
  device: string
  seconds: number
  at: number
}

export type Head = BookDoc | MeDoc | BaseDoc
export type Doc = Head | NoticeDoc | EntryDoc | PresenceDoc | ResultDoc | NoteDoc | ResetDoc | SessionDoc | KioskDoc
export type Docs = ReadonlyMap<string, Doc>

export const SIGNERS: ReadonlySet<string> = new Set(['mentor', 'college_tutor', 'base_trainer'])
export const WAITING: ReadonlySet<string> = new Set(['logged', 'signed', 'returned', 'queried'])

export const claimedMinutes = (content: { start: number; end: number; break: number }): number =>
  content.end - content.start - content.break

export const standingSeals = (entry: EntryDoc): Seal[] => entry.seals.filter((seal) => !seal.struck)

/** What the signers agree on: the least of the standing seals; 0 without one. */
export function confirmedMinutes(entry: EntryDoc): number {
  const minutes = standingSeals(entry).map((seal) => seal.minutes)
  return minutes.length ? Math.min(...minutes) : 0
}

/** What the college recognised, with later reversals. */
export function creditedMinutes(entry: EntryDoc): number {
  if (entry.recognised === null) return 0
  return entry.reversals.reduce((sum, reversal) => sum + reversal.minutes, entry.recognised.minutes)
}

/** The minutes the named version claimed; null when the document never had it. */
export const versionMinutes = (doc: { versions: Version[] }, opId: string): number | null =>
  doc.versions.find((version) => version.op === opId)?.minutes ?? null

/** Whether somebody else speaks for this presence: only then does it name the session in which he saw the person. */
export const isWitnessed = (presence: PresenceDoc): boolean => presence.session !== undefined

export function membersOf(book: BookDoc | BaseDoc, person: string): Member[]
export function membersOf(book: Head, person: string): (Member | Owner)[]
export function membersOf(book: { members: readonly (Member | Owner)[] }, person: string): (Member | Owner)[] {
  return book.members.filter((member) => member.person === person)
}

/** The locked month one of these days lies in. */
export const lockedMonth = (book: BookDoc, days: string[]): string | null =>
  days.map(monthOf).find((month) => book.locked.includes(month)) ?? null

export const servesOn = (member: Pick<Member, 'from' | 'to'>, day: string): boolean =>
  member.from <= day && (member.to === null || day <= member.to)
