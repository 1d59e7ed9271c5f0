/* What is said before an entry is saved: in one place, from the rules and the credit of the book. A warning is never a refusal;
   what the rules would refuse is `stopOf`, and is said once. */
import { claimedMinutes, type BookDoc, type Docs, type EntryContent } from '../sync/book'
import { covers, creditDay, piecesOf, type Piece } from '../sync/credit'
import type { Word } from '../sync/errors'
import { fieldsOf } from '../sync/kinds'
import { check, NO_FACTS } from '../sync/rules'
import { clock, daysBefore } from './days'
import { nearlySame, type Earlier } from './similar'

export interface Asked {
  /** Who writes. */
  by: string
  head: BookDoc
  docs: Docs
  content: EntryContent
  /** The entry that is revised, and the version seen; null for a new one. */
  entry: { id: string; version: string } | null
  earlier: Earlier[]
  today: string
  /** Minutes of today that are over. */
  minute: number
}

export type WarningWord = 'future' | 'future_day' | 'outside' | 'closed' | 'late' | 'overlap' | 'night' | 'cap' | 'check_in' | 'no_text' | 'same_text' | 'sealed'

export interface Warning {
  word: WarningWord
  fields: Record<string, string | number>
}

// Sorts after every UUID: of two equal spans the one already written counts first.
const MINE = 'new'

/** The day as it would be, were all of it signed as claimed. */
function daysPieces({ docs, content, entry }: Asked): { others: Piece[]; mine: Piece } {
  const others = piecesOf(docs, content.day).filter((piece) => piece.id !== entry?.id)
  const claimed = others.map((piece) => ({ ...piece, minutes: piece.minutes ?? Math.max(0, piece.end - piece.start - piece.rest) }))
  const presence = content.presence === null ? undefined : docs.get(content.presence)
  const { start, end, break: rest, module, place_kind } = content
  const present = presence !== undefined && covers(presence, content)
  return { others: claimed, mine: { id: MINE, start, end, rest, module, place_kind, minutes: claimedMinutes(content), present } }
}

function dayWarnings({ head, content, today, minute }: Asked): Warning[] {
  const found: Warning[] = []
  const plan = head.plan
  // Never a refusal: it may be the phone's clock that is wrong.
  if (content.day > today) found.push({ word: 'future_day', fields: { today } })
  else if (content.day === today && content.end > minute) found.push({ word: 'future', fields: { at: clock(minute) } })
  if (content.day < head.from || content.day > head.to) found.push({ word: 'outside', fields: { from: head.from, to: head.to } })
  if (plan?.closed_days.includes(content.day)) found.push({ word: 'closed', fields: {} })
  const late = isLate(content.day, today, head)
  if (late) found.push({ word: 'late', fields: { n: daysBefore(content.day, today), days: plan?.rules.late_days ?? 0 } })
  return found
}

function creditWarnings(asked: Asked): Warning[] {
  const { head, content } = asked
  if (!head.plan || claimedMinutes(content) <= 0) return []
  const { rules } = head.plan
  const { others, mine } = daysPieces(asked)
  const found: Warning[] = []
  const crossed = others.find((piece) => piece.start < mine.end && mine.start < piece.end)
  if (crossed) found.push({ word: 'overlap', fields: { from: clock(crossed.start), to: clock(crossed.end) } })
  // A closed or foreign day has been named; here the day is judged as if it were a plain one.
  const plain = { ...head.plan, closed_days: [] }
  const shares = creditDay([...others, mine], content.day, plain, '', '9')
  const flags = shares.get(MINE)?.flags ?? []
  if (flags.includes('NIGHT')) found.push({ word: 'night', fields: { from: clock(rules.night_from), to: clock(rules.night_to) } })
  if ([...shares.values()].some((share) => share.flags.includes('DAY_CAP'))) {
    found.push({ word: 'cap', fields: { minutes: rules.day_cap_minutes } })
  }
  if (flags.includes('NO_CHECK_IN')) found.push({ word: 'check_in', fields: {} })
  return found
}

function textWarnings({ content, earlier }: Asked): Warning[] {
  if (!content.text.trim()) return [{ word: 'no_text', fields: {} }]
  const same = nearlySame(content.text, earlier)
  return same ? [{ word: 'same_text', fields: { day: same.day } }] : []
}

function sealWarnings({ docs, entry }: Asked): Warning[] {
  const doc = entry ? docs.get(entry.id) : undefined
  const sealed = doc?.kind === 'entry' && doc.seals.some((seal) => !seal.struck)
  return sealed ? [{ word: 'sealed', fields: {} }] : []
}

export const warningsOf = (asked: Asked): Warning[] => [
  ...sealWarnings(asked), ...dayWarnings(asked), ...creditWarnings(asked), ...textWarnings(asked),
]

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
