/* What a master has in mind about each entry before him, until he confirms all of it at once. */
import type { Decision } from '../../../actions/meet/sign'
import { claimedMinutes, standingSeals, type BookDoc, type EntryDoc } from '../../../sync/book'
import type { Key } from '../../../texts'
import { waitsFor } from '../../../use/mentor/mentor'
import { areScores, given, type Score } from '../mentor/score'

export const WAYS = ['sign', 'less', 'return', 'leave'] as const

export interface Ruling {
  as: (typeof WAYS)[number]
  minutes: number | ''
  note: string
  scores: Score[]
  reason: string
}

export const asWritten = (entry: EntryDoc): Ruling => ({ as: 'sign', minutes: claimedMinutes(entry.content), note: '', scores: [], reason: '' })

/** The sentence for what is still missing before it can be confirmed. */
export function faultIn({ as, minutes, scores, reason }: Ruling, { content }: EntryDoc): Key | null {
  if (as === 'leave') return null
  if (as === 'return') return reason.trim() ? null : 'sign.reason_needed'
  if (!areScores(scores)) return 'sign.score_bad'
  if (as === 'sign') return null
  if (Number(minutes) > claimedMinutes(content)) return 'sign.too_many'
  return Number.isInteger(minutes) && Number(minutes) >= 1 ? null : 'sign.too_few'
}

export function decisionOf(book: string, entry: EntryDoc, { as, minutes, note, scores, reason }: Ruling): Decision | null {
  const looked = { book, entry: entry.id, version: entry.version }
  if (as === 'leave') return null
  if (as === 'return') return { ...looked, as, reason }
  return { ...looked, as: 'sign', minutes: as === 'less' ? Number(minutes) : claimedMinutes(entry.content), note, scores: given(scores) }
}

/** His own word on the entry as it stands, which his phone can show once more. */
export function spokenOf(entry: EntryDoc, me: string): string | null {
  const seal = standingSeals(entry).find(({ by }) => by === me)
  if (seal) return seal.op
  return entry.state === 'returned' ? (entry.returns.filter(({ by }) => by === me).at(-1)?.op ?? null) : null
}

/** Whether he is asked about it. Where the book is not on this phone, only what the code itself says can tell. */
export const isAsked = (head: BookDoc | null, entry: EntryDoc, me: string): boolean =>
  head ? waitsFor(head, entry, me) : entry.state === 'logged' && entry.by !== me
