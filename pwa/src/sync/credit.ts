/* Which minutes of a day count, and why the others do not; twin of sync/credit.py. It sees all entries of the day at once, so the
   order of arrival cannot matter. */
import {
  confirmedMinutes, isWitnessed, type Doc, type Docs, type EntryContent, type EntryDoc, type PlaceKind, type Plan, type PresenceDoc,
} from './book'

const COUNTED: ReadonlySet<string> = new Set(['signed', 'credited', 'queried'])
export type Flag =
  | 'NOT_SIGNED' | 'OUTSIDE' | 'CLOSED_DAY' | 'NO_MODULE' | 'NO_CHECK_IN' | 'OVERLAP' | 'NIGHT' | 'LOWERED' | 'DAY_CAP'
type Span = readonly [from: number, to: number]

/** One entry of the day as credit needs it. `minutes` is what its signers confirmed, null while nobody has. */
export interface Piece {
  id: string
  start: number
  end: number
  rest: number
  module: string
  place_kind: PlaceKind
  minutes: number | null
  present: boolean
}

/** What of one entry counts, and the flags that explain the rest. */
export interface Share {
  minutes: number
  flags: Flag[]
}

export interface PlanRow {
  plan: number
  counted: number
  over_online: number
  credited: number
}

export interface PlanTable {
  modules: Map<string, PlanRow>
  planned: number
  credited: number
  missing: Map<string, number>
}

export type Credited = readonly [day: string, entry: string, module: string, placeKind: string, minutes: number]

/** The entries of a day out of a book's documents; withdrawn ones are not among them. */
export function piecesOf(docs: Docs, day: string): Piece[] {
  const entries = [...docs.values()].filter(
    (doc): doc is EntryDoc => doc.kind === 'entry' && doc.state !== 'withdrawn' && doc.content.day === day,
  )
  const seen = seenOn(docs, day)
  return entries.map((entry) => pieceOf(entry, docs, seen))
}

/** The presences of a day that somebody else speaks for: they count whether an entry names them or not. */
export const seenOn = (docs: Docs, day: string): PresenceDoc[] =>
  [...docs.values()].filter((doc): doc is PresenceDoc => doc.kind === 'presence' && doc.day === day && isWitnessed(doc))

/** `seen` are those of its day. */
export function pieceOf(entry: EntryDoc, docs: Docs, seen: readonly PresenceDoc[]): Piece {
  const { content } = entry
  return {
    id: entry.id, start: content.start, end: content.end, rest: content.break, module: content.module,
    place_kind: content.place_kind, minutes: COUNTED.has(entry.state) ? confirmedMinutes(entry) : null,
    present: isPresent(content, docs, seen),
  }
}

/** By a check-in it names, or because somebody saw the person. */
export function isPresent(content: EntryContent, docs: Docs, seen: readonly PresenceDoc[]): boolean {
  const named = content.presence === null ? undefined : docs.get(content.presence)
  return (named !== undefined && covers(named, content)) || seen.some((presence) => covers(presence, content))
}

/** Whether someone was at the base for the whole of this interval. */
export function covers(presence: Doc, content: EntryContent): boolean {
  if (presence.kind !== 'presence' || presence.day !== content.day || presence.start > content.start) return false
  return presence.end === null || presence.end >= content.end
}

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0)

/** Every entry's share of the day. Earlier intervals come first; equal ones are told apart by their id. */
export function creditDay(
  pieces: Iterable<Piece>, day: string, plan: Plan, first: string, last: string,
): Map<string, Share> {
  const inOrder = [...pieces].sort((a, b) => a.start - b.start || a.end - b.end || compare(a.id, b.id))
  const shares = new Map<string, Share>()
  let left = plan.rules.day_cap_minutes
  let taken: Span[] = []
  for (const piece of inOrder) {
    const flags = obstacles(piece, day, plan, first, last)
    if (flags.length > 0 || piece.minutes === null) {
      shares.set(piece.id, { minutes: 0, flags })
      continue
    }
    const [share, free] = shareOf(piece, piece.minutes, plan, taken, left)
    left -= share.minutes
    taken = [...taken, ...free]
    shares.set(piece.id, share)
  }
  return shares
}

/** What keeps the whole entry from counting. */
function obstacles(piece: Piece, day: string, plan: Plan, first: string, last: string): Flag[] {
  const flags: Flag[] = []
  if (piece.minutes === null) flags.push('NOT_SIGNED')
  if (day < first || day > last) flags.push('OUTSIDE')
  if (plan.closed_days.includes(day)) flags.push('CLOSED_DAY')
  if (!plan.modules.some((module) => module.code === piece.module)) flags.push('NO_MODULE')
  if (plan.rules.base_check_in && piece.place_kind === 'base' && !piece.present) flags.push('NO_CHECK_IN')
  return flags
}

function shareOf(piece: Piece, confirmed: number, plan: Plan, taken: Span[], left: number): [Share, Span[]] {
  const flags: Flag[] = []
  const free = without([[piece.start, piece.end]], taken)
  if (lengthOf(free) < piece.end - piece.start) flags.push('OVERLAP')
  const byDay = without(free, nights(plan.rules.night_from, plan.rules.night_to))
  if (lengthOf(byDay) < lengthOf(free)) flags.push('NIGHT')
  let minutes = Math.min(confirmed, Math.max(0, lengthOf(byDay) - piece.rest))
  if (confirmed < piece.end - piece.start - piece.rest) flags.push('LOWERED')
  if (minutes > left) {
    minutes = left
    flags.push('DAY_CAP')
  }
  return [{ minutes, flags }, free]
}

/** The hours of one day that do not count; from equal to to means none. */
export function nights(from: number, to: number): Span[] {
  if (from === to) return []
  return from < to ? [[from, to]] : [[0, to], [from, 1440]]
}

function without(spans: Span[], cuts: Iterable<Span>): Span[] {
  let kept = spans
  for (const cut of cuts) kept = kept.flatMap((span) => outside(span, cut))
  return kept
}

function outside([start, end]: Span, [cutFrom, cutTo]: Span): Span[] {
  if (cutTo <= start || end <= cutFrom) return [[start, end]]
  const kept: Span[] = []
  if (start < cutFrom) kept.push([start, cutFrom])
  if (cutTo < end) kept.push([cutTo, end])
  return kept
}

const lengthOf = (spans: Span[]): number => spans.reduce((sum, [start, end]) => sum + end - start, 0)

/** A plan's table: per module, with the cap on online foundation hours. */
export function creditPlan(credited: Iterable<Credited>, plan: Plan): PlanTable {
  const modules = new Map<string, PlanRow>()
  for (const { code, minutes } of plan.modules) modules.set(code, { plan: minutes, counted: 0, over_online: 0, credited: 0 })
  const given = [...credited].filter(([, , module]) => modules.has(module))
  const counted = onlineCounted(given, plan)
  for (const [day, entry, module, , minutes] of given) {
    const row = modules.get(module)!
    row.counted += minutes
    row.over_online += minutes - (counted.get(`${day} ${entry}`) ?? minutes)
  }
  return totals(modules)
}

/** How much counts of each entry of a foundation module that was online. Earlier days come first: a month that is settled is never
    changed by what comes after it. */
function onlineCounted(credited: readonly Credited[], plan: Plan): Map<string, number> {
  const foundation = new Set(plan.modules.filter((module) => module.category === 'foundation').map((module) => module.code))
  let left = onlineCap(plan, foundation)
  const counted = new Map<string, number>()
  const inOrder = [...credited].sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]))
  for (const [day, entry, module, placeKind, minutes] of inOrder) {
    if (!foundation.has(module) || placeKind !== 'online') continue
    const counts = Math.min(minutes, left)
    counted.set(`${day} ${entry}`, counts)
    left -= counts
  }
  return counted
}

function totals(modules: Map<string, PlanRow>): PlanTable {
  const missing = new Map<string, number>()
  let planned = 0
  let credited = 0
  for (const [code, row] of modules) {
    row.credited = row.counted - row.over_online
    planned += row.plan
    credited += row.credited
    if (row.credited < row.plan) missing.set(code, row.plan - row.credited)
  }
  return { modules, planned, credited, missing }
}

/** How many of the foundation minutes may be online, of what the plan asks for. */
function onlineCap(plan: Plan, foundation: ReadonlySet<string>): number {
  const minutes = plan.modules.reduce((sum, module) => sum + (foundation.has(module.code) ? module.minutes : 0), 0)
  return Math.floor((minutes * plan.rules.online_permille) / 1000)
}

/** 学时 in tenths, rounded down; only ever asked of a total. 480 minutes at 45 are 106, shown as 10.6. */
export const lessonsTenths = (minutes: number, lessonMinutes: number): number => Math.floor((minutes * 10) / lessonMinutes)
