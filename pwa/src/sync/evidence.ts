/* How well an entry is evidenced, A to D, and why; twin of sync/evidence.py. The grade refuses nothing: it says in words what is
   there and what the next one lacks. What a grade needs is no code but a table, which both read. */
import table from '../../../sync/evidence.json'
import {
  isWitnessed, membersOf, servesOn, SIGNERS, standingSeals, type BookDoc, type Docs, type EntryDoc, type PresenceDoc, type Seal, type Version,
} from './book'
import { covers } from './credit'

export type Grade = 'A' | 'B' | 'C' | 'D'
/** What is looked at. */
export type EvidenceFact = keyof typeof table.facts
/** What can be said of it, as the table has it. */
type Said = string

export const PARAMS = table.params
export const STATUS = table.status
export const FACTS: Readonly<Record<EvidenceFact, Readonly<Record<Said, string>>>> = table.facts
export const GRADES = table.grades as readonly { grade: Grade; needs: readonly (readonly EvidenceFact[])[] }[]
const NAMES = Object.keys(FACTS) as EvidenceFact[]
const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000

/** A grade with what speaks for it, and what the next one lacks: one word of each list would do. */
export interface Evidence {
  grade: Grade
  has: string[]
  next: Grade | null
  lacks: string[][]
}

/** What the facts are read from: an entry, the head of its book and the presences of its day. */
interface Case {
  entry: EntryDoc
  book: BookDoc
  presences: readonly PresenceDoc[]
}

export const presencesOn = (docs: Docs, day: string): PresenceDoc[] =>
  [...docs.values()].filter((doc): doc is PresenceDoc => doc.kind === 'presence' && doc.day === day)

/** `presences` are those of the entry's day, however many. */
export function evidenceOf(entry: EntryDoc, book: BookDoc, presences: readonly PresenceDoc[]): Evidence {
  const given = { entry, book, presences }
  const said = new Map(NAMES.map((name) => [name, ASK[name](given)]))
  const speaks = (name: EvidenceFact): boolean => said.get(name) === 'yes'
  const reached = GRADES.map(({ needs }) => needs.filter((names) => !names.some(speaks)))
  const first = reached.findIndex((lacks) => lacks.length > 0)
  const at = (first < 0 ? GRADES.length : first) - 1
  return {
    grade: GRADES[at]!.grade,
    has: NAMES.filter(speaks).map((name) => FACTS[name].yes!),
    next: GRADES[at + 1]?.grade ?? null,
    lacks: (reached[at + 1] ?? []).map((names) => names.map((name) => FACTS[name][said.get(name)!]!)),
  }
}

/** Days since 1970 of a day of this century. */
export function dayNumber(day: string): number {
  const [given, months, date] = [Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8))]
  const [year, month] = months <= 2 ? [given - 1, months + 9] : [given, months - 3]
  const leaps = Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400)
  return year * 365 + leaps + Math.floor((153 * month + 2) / 5) + date - 719469
}

const daysAfter = (day: string, at: number): number => Math.floor((at + PARAMS.zone_minutes * MINUTE) / DAY) - dayNumber(day)

const inDays = (days: number, most: number): Said => (days < 0 ? 'early' : days <= most ? 'yes' : 'late')

const yes = (holds: boolean): Said => (holds ? 'yes' : 'no')

/** The present content's own version; one reduced before its time was kept says nothing of it. */
const versionOf = ({ entry }: Case): Partial<Version> => entry.versions.find(({ op }) => op === entry.version) ?? {}

function written(given: Case): Said {
  const { at } = versionOf(given)
  return at === undefined ? 'unknown' : inDays(daysAfter(given.entry.content.day, at), PARAMS.written_days)
}

/** Whether the device had heard the server's time shortly before it wrote this. */
function timeKnown({ at, seen }: { at?: number; seen?: number }): Said {
  if (seen === undefined || at === undefined) return 'unknown'
  if (seen === 0) return 'never'
  if (seen - at > PARAMS.clock_minutes * MINUTE) return 'ahead'
  return at - seen <= PARAMS.server_time_hours * HOUR ? 'yes' : 'late'
}

/** A check-in whose code the server has found good, over the whole interval. */
function presence({ entry: { content }, presences }: Case): Said {
  const named = presences.find((doc) => doc.id === content.presence && !isWitnessed(doc) && covers(doc, content))
  if (named === undefined) return 'none'
  const words = (named.proofs ?? []).filter(({ side }) => side === 'in').map(({ word }) => word)
  if (words.includes('good')) return 'yes'
  return named.code !== null && !words.length ? 'waits' : 'no'
}

/** A trainer who says he saw the person over the whole interval. One who alone has signed as well says the same thing twice. */
function witnessed({ entry, presences }: Case): Said {
  const witnesses = presences.filter((doc) => isWitnessed(doc) && covers(doc, entry.content)).map(({ by }) => by)
  if (witnesses.length === 0) return 'no'
  return new Set([...witnesses, ...standingSeals(entry).map(({ by }) => by)]).size > 1 ? 'yes' : 'signer'
}

/** Two people who sign for different organisations. */
function twoSigners(given: Case): Said {
  const people = [...new Set(standingSeals(given.entry).map(({ by }) => by))]
  const orgs = people.map((person) => orgsOf(given, person)).filter((some) => some.length)
  return yes(orgs.length > 1 && new Set(orgs.flat()).size > 1)
}

function orgsOf({ entry, book }: Case, person: string): string[] {
  const { day } = entry.content
  return membersOf(book, person).flatMap((member) =>
    SIGNERS.has(member.role) && member.org !== null && servesOn(member, day) ? [member.org] : [],
  )
}

/** A clock that the server's time contradicts dates nothing to the day. */
function whenSigned(entry: EntryDoc, seal: Seal): Said {
  const word = inDays(daysAfter(entry.content.day, seal.at), PARAMS.signed_days)
  return word === 'yes' && timeKnown(seal) === 'ahead' ? 'late' : word
}

function signed({ entry }: Case): Said {
  const words = standingSeals(entry).map((seal) => whenSigned(entry, seal))
  return ['yes', 'late', 'early'].find((word) => words.includes(word)) ?? 'none'
}

const anySeal = (holds: (seal: Seal) => boolean) => ({ entry }: Case): Said => yes(standingSeals(entry).some(holds))

const ASK: Readonly<Record<EvidenceFact, (given: Case) => Said>> = {
  sealed: anySeal(() => true),
  written,
  server_time: (given) => timeKnown(versionOf(given)),
  photo: ({ entry }) => yes(entry.content.photos.length > 0),
  scanned: anySeal(({ how }) => how === 'scan'),
  presence,
  witnessed,
  two_signers: twoSigners,
  own_device: ({ entry }) => yes(!entry.content.shared),
  signed,
  signer_time: anySeal((seal) => timeKnown(seal) === 'yes'),
}
