/* What people are told about hours before they save or sign them: one set of rules for him who writes and for him who signs. A warning
   is never a refusal; what the rules would refuse is `stopOf`, and is said once. What counts is credit's to say. */
import type { View } from '../../db/book/replay'
import { claimedMinutes, isWitnessed, type BookDoc, type Docs, type EntryContent, type EntryDoc, type PresenceDoc } from '../../sync/book'
import { creditDay, isPresent, pieceOf, seenOn, type Flag, type Piece } from '../../sync/credit'
import { clock, dayOf, daysBefore, minuteOf } from '../../sync/days'
import type { Word } from '../../sync/errors'
import { fieldsOf } from '../../sync/kinds'
import { check, NO_FACTS } from '../../sync/rules'
import { alike, nearlySame, type Earlier } from './similar'

export interface Asked {
  /** Who writes. */
  by: string
  head: BookDoc
  docs: Docs
  content: EntryContent
  /** The entry that is revised, and the version seen; null for a new one. */
  entry: { id: string; version: string } | null
  earlier: Earlier[]
  /** What was offered to be put in with one tap. */
  usual: readonly string[]
  today: string
  /** The day it was first written: what is mended later is not late for that. */
  written: string
  /** Minutes of today that are over. */
  minute: number
}

export type WarningWord =
  | 'future' | 'future_day' | 'outside' | 'closed' | 'late' | 'overlap' | 'night' | 'cap' | 'no_module' | 'check_in' | 'no_text' | 'same_text' | 'usual_text' | 'sealed'

/** What either is told. */
type HoursWord = Exclude<WarningWord, 'future' | 'sealed' | 'usual_text'>

/** Of two versions the writer hears on the entry's page; the box of the safety check he sees himself. */
export type SignerWord = HoursWord | 'rivals' | 'no_safety' | 'not_over'

export interface Warning<W extends string = WarningWord> {
  word: W
  fields: Record<string, string | number>
}

/** Hours among the others of their day, whoever looks at them. */
interface Hours {
  head: BookDoc
  content: EntryContent
  mine: Piece
  /** The other entries of the day, as if all of them were signed. */
  others: Piece[]
  earlier: Earlier[]
  /** The day of the phone on which they are being written, or were written as they stand. */
  today: string
  /** The day they were first written. */
  written: string
}

// Sorts after every UUID: of two equal spans the one already written counts first.
const MINE = 'new'

/** As if an entry nobody has signed yet were signed as written. */
function claimed(entry: EntryDoc, docs: Docs, seen: readonly PresenceDoc[]): Piece {
  const piece = pieceOf(entry, docs, seen)
  return { ...piece, minutes: piece.minutes ?? Math.max(0, piece.end - piece.start - piece.rest) }
}

function dayWarnings({ head, content, today, written }: Hours): Warning<HoursWord>[] {
  const found: Warning<HoursWord>[] = []
  const plan = head.plan
  // Never a refusal: it may be the phone's clock that is wrong.
  if (content.day > today) found.push({ word: 'future_day', fields: { today } })
  if (content.day < head.from || content.day > head.to) found.push({ word: 'outside', fields: { from: head.from, to: head.to } })
  if (plan?.closed_days.includes(content.day)) found.push({ word: 'closed', fields: {} })
  const late = isLate(content.day, written, head)
  if (late) found.push({ word: 'late', fields: { n: daysBefore(content.day, written), days: plan?.rules.late_days ?? 0 } })
  return found
}

function creditWarnings({ head, content, mine, others }: Hours): Warning<HoursWord>[] {
  if (!head.plan || claimedMinutes(content) <= 0) return []
  const { rules } = head.plan
  const found: Warning<HoursWord>[] = []
  // Both of two that overlap are told, whichever of them credit takes the minutes from.
  const crossed = others.find((piece) => piece.start < mine.end && mine.start < piece.end)
  if (crossed) found.push({ word: 'overlap', fields: { from: clock(crossed.start), to: clock(crossed.end) } })
  // A closed or foreign day has been named; here the day is judged as if it were a plain one.
  const plain = { ...head.plan, closed_days: [] }
  const shares = creditDay([...others, mine], content.day, plain, '', '9')
  const flags: Flag[] = shares.get(mine.id)?.flags ?? []
  if (flags.includes('NIGHT')) found.push({ word: 'night', fields: { from: clock(rules.night_from), to: clock(rules.night_to) } })
  // Of a day that is too long, the entry that passes the cap and those after it; whoever writes hears it of the whole day.
  const past = mine.id === MINE ? [...shares.values()].some((share) => share.flags.includes('DAY_CAP')) : flags.includes('DAY_CAP')
  if (past) {
    found.push({ word: 'cap', fields: { minutes: rules.day_cap_minutes } })
  }
  if (flags.includes('NO_MODULE')) found.push({ word: 'no_module', fields: {} })
  if (flags.includes('NO_CHECK_IN')) found.push({ word: 'check_in', fields: {} })
  return found
}

function textWarnings({ content, earlier }: Hours): Warning<HoursWord>[] {
  if (!content.text.trim()) return [{ word: 'no_text', fields: {} }]
  // What came later is not what this one was copied from.
  const same = nearlySame(content.text, earlier.filter(({ day }) => day < content.day))
  return same ? [{ word: 'same_text', fields: { day: same.day } }] : []
}

const hoursWarnings = (hours: Hours): Warning<HoursWord>[] => [...dayWarnings(hours), ...creditWarnings(hours), ...textWarnings(hours)]

const isOver = ({ day, end }: EntryContent, today: string, minute: number): boolean => day < today || (day === today && end <= minute)

const isEntry = (doc: { kind: string }): doc is EntryDoc => doc.kind === 'entry'

// --- to him who writes ---------------------------------------------------------------------------------------------

function sealWarnings({ docs, entry }: Asked): Warning[] {
  const doc = entry ? docs.get(entry.id) : undefined
  const sealed = doc?.kind === 'entry' && doc.seals.some((seal) => !seal.struck)
  return sealed ? [{ word: 'sealed', fields: {} }] : []
}

/** A later day has its own word. */
const hourWarnings = ({ content, today, minute }: Asked): Warning[] =>
  content.day === today && !isOver(content, today, minute) ? [{ word: 'future', fields: { at: clock(minute) } }] : []

/** Whoever takes what he is offered is not scolded for it. */
function softened(found: Warning<HoursWord>[], { content, usual }: Asked): Warning[] {
  const text = alike(content.text)
  return found.map((warning) => (warning.word === 'same_text' && usual.some((one) => alike(one) === text) ? { word: 'usual_text', fields: {} } : warning))
}

export function warningsOf(asked: Asked): Warning[] {
  const { head, docs, content, entry, earlier, today, written } = asked
  const ofDay = [...docs.values()].filter(isEntry).filter(({ id, state, content: { day } }) => day === content.day && state !== 'withdrawn' && id !== entry?.id)
  const seen = seenOn(docs, content.day)
  const { start, end, break: rest, module, place_kind } = content
  const mine = { id: MINE, start, end, rest, module, place_kind, minutes: claimedMinutes(content), present: isPresent(content, docs, seen) }
  const others = ofDay.map((other) => claimed(other, docs, seen))
  return [...sealWarnings(asked), ...hourWarnings(asked), ...softened(hoursWarnings({ head, content, mine, others, earlier, today, written }), asked)]
}

// --- to him who signs ----------------------------------------------------------------------------------------------

interface Index {
  days: Map<string, EntryDoc[]>
  texts: Map<string, EntryDoc[]>
  seen: Map<string, PresenceDoc[]>
}

const indices = new WeakMap<View, Index>()

/** A list asks of a thousand entries at once: each must find its neighbours without looking at all the others. */
function indexOf(view: View): Index {
  const known = indices.get(view)
  if (known) return known
  const index: Index = { days: new Map(), texts: new Map(), seen: new Map() }
  const put = <Kind>(where: Map<string, Kind[]>, key: string, doc: Kind) => {
    const there = where.get(key)
    if (there) there.push(doc)
    else where.set(key, [doc])
  }
  for (const doc of view.docs.values()) {
    if (doc.kind === 'presence' && isWitnessed(doc)) put(index.seen, doc.day, doc)
    if (!isEntry(doc) || doc.state === 'withdrawn') continue
    put(index.days, doc.content.day, doc)
    put(index.texts, alike(doc.content.text), doc)
  }
  indices.set(view, index)
  return index
}

export function signerWarnings(head: BookDoc, view: View, entry: EntryDoc): Warning<SignerWord>[] {
  const { content } = entry
  const { days, texts, seen } = indexOf(view)
  const there = seen.get(content.day) ?? []
  const ofDay = days.get(content.day) ?? []
  const same = (texts.get(alike(content.text)) ?? []).filter(({ id }) => id !== entry.id)
  const earlier = same.map(({ id, content: { day, text } }): Earlier => ({ id, day, text }))
  const others = ofDay.filter(({ id }) => id !== entry.id).map((other) => claimed(other, view.docs, there))
  const written = dayOf(entry.at)
  const today = dayOf(entry.versions.find(({ op }) => op === entry.version)?.at ?? entry.at)
  const found = hoursWarnings({ head, content, mine: claimed(entry, view.docs, there), others, earlier, today, written })
  return [
    ...(entry.rivals.length ? [{ word: 'rivals', fields: {} } as const] : []),
    ...found,
    ...(content.nature === 'practice' && !content.safety ? [{ word: 'no_safety', fields: {} } as const] : []),
  ]
}

/** While he would sign for time that has yet to pass. It is nothing to look at later: whoever writes shortly before the end of his shift
    has done nothing wrong. */
export const overWarnings = (content: EntryContent, now: number): Warning<SignerWord>[] =>
  isOver(content, dayOf(now), minuteOf(now)) ? [] : [{ word: 'not_over', fields: { day: content.day, to: clock(content.end) } }]

/** Older than the plan allows without a reason. */
export const isLate = (day: string, today: string, head: BookDoc | null): boolean =>
  head?.plan ? daysBefore(day, today) > head.plan.rules.late_days : false

const NOBODY = '00000000-0000-4000-8000-000000000000'

/** The word by which the rules would refuse it, asked of the rules themselves; null when they would not. */
export function stopOf({ by, head, docs, content, entry }: Asked): Word | null {
  const kind = entry ? 'entry.revised' : 'entry.logged'
  const fields = fieldsOf(kind, { ...content })
  const of = entry?.version ?? null
  const made = { id: '', kid: '', jws: '', book: head.id, kind, fields, doc: entry?.id ?? NOBODY, of, deps: [], by, count: 0, at: 0, seen: 0 }
  return check(docs, made, { ...NO_FACTS, accepted: new Set(of ? [of] : []) })?.word ?? null
}
