/* What a signer should know of an entry before he signs: flags, not refusals. What counts is credit's to say. */
import type { View } from '../db/replay'
import { claimedMinutes, type BookDoc, type EntryDoc } from '../sync/book'
import { creditDay, pieceOf, type Flag, type Piece } from '../sync/credit'
import { clock, dayOf, daysBefore } from './days'

export interface Caution {
  key: `caution.${string}`
  fields: Record<string, string | number>
}

interface Index {
  days: Map<string, EntryDoc[]>
  texts: Map<string, EntryDoc[]>
}

const indices = new WeakMap<View, Index>()

function indexOf(view: View): Index {
  const known = indices.get(view)
  if (known) return known
  const index: Index = { days: new Map(), texts: new Map() }
  const put = (where: Map<string, EntryDoc[]>, key: string, entry: EntryDoc) => where.set(key, [...(where.get(key) ?? []), entry])
  for (const doc of view.docs.values()) {
    if (doc.kind !== 'entry' || doc.state === 'withdrawn') continue
    put(index.days, doc.content.day, doc)
    put(index.texts, doc.content.text, doc)
  }
  indices.set(view, index)
  return index
}

/** As if the entries of the day that still wait were all signed as written: what would then keep minutes from counting? */
function flagsOf(head: BookDoc, view: View, entry: EntryDoc, ofDay: EntryDoc[]): Flag[] {
  if (!head.plan) return []
  const pieces = ofDay.map((other): Piece => {
    const piece = pieceOf(other, view.docs)
    return { ...piece, minutes: piece.minutes ?? claimedMinutes(other.content) }
  })
  return creditDay(pieces, entry.content.day, head.plan, head.from, head.to).get(entry.id)?.flags ?? []
}

function crossing(entry: EntryDoc, ofDay: EntryDoc[]): EntryDoc[] {
  const { start, end } = entry.content
  return ofDay.filter(({ id, content }) => id !== entry.id && content.start < end && start < content.end)
}

const timesOf = ({ content }: EntryDoc): string => `${clock(content.start)}–${clock(content.end)}`

function fieldsOf(flag: Flag, { plan }: BookDoc): Caution['fields'] {
  if (flag === 'DAY_CAP') return { cap: plan?.rules.day_cap_minutes ?? 0 }
  if (flag === 'NIGHT') return { from: clock(plan?.rules.night_from ?? 0), to: clock(plan?.rules.night_to ?? 0) }
  return {}
}

export function cautionsOf(head: BookDoc, view: View, entry: EntryDoc): Caution[] {
  const { content } = entry
  const { days, texts } = indexOf(view)
  const ofDay = days.get(content.day) ?? []
  const found: Caution[] = []
  const say = (name: string, fields: Caution['fields'] = {}) => found.push({ key: `caution.${name}`, fields })
  if (entry.rivals.length) say('RIVALS')
  // Both of two that overlap are marked, whichever of them credit takes the minutes from.
  const crossed = crossing(entry, ofDay)
  if (crossed.length) say('OVERLAP', { times: crossed.map(timesOf).join('、') })
  for (const flag of flagsOf(head, view, entry, ofDay)) {
    if (flag !== 'OVERLAP' && flag !== 'LOWERED' && flag !== 'NOT_SIGNED') say(flag, fieldsOf(flag, head))
  }
  const after = daysBefore(content.day, dayOf(entry.at))
  if (after < 0) say('FUTURE')
  if (head.plan && after > head.plan.rules.late_days) say('LATE', { n: after })
  const same = (texts.get(content.text) ?? []).find(({ id }) => id !== entry.id)
  if (same && content.text.length >= 6) say('SAME_TEXT', { day: same.content.day })
  if (content.nature === 'practice' && !content.safety) say('NO_SAFETY')
  return found
}
