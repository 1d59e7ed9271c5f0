/* What of a book counts, and why the rest does not: by day, by month, and against the plan. Minutes only; 学时 are for the total. */
import {
  claimedMinutes, isWitnessed, type BookDoc, type Doc, type Docs, type EntryDoc, type PresenceDoc,
} from '../../sync/book'
import { creditDay, creditPlan, pieceOf, piecesOf, type Credited, type Flag, type PlanTable, type Share } from '../../sync/credit'
import { monthOf } from '../../sync/days'
import { addTo, noSums, type Sums } from '../../sync/sums'

/** Every entry's share of one day; nothing before a plan says the rules. */
export function sharesOf(docs: Docs, head: BookDoc | null, day: string): ReadonlyMap<string, Share> {
  return head?.plan ? creditDay(piecesOf(docs, day), day, head.plan, head.from, head.to) : new Map<string, Share>()
}

export interface Figures extends Sums {
  counted: number
  reversed: number
}

export interface Counted {
  entry: EntryDoc
  share: Share
}

export interface Month {
  figures: Figures
  modules: { code: string; figures: Figures }[]
  /** Entries of which not every minute counts, by day. */
  flagged: { day: string; entries: Counted[] }[]
}

export const noFigures = (): Figures => ({ ...noSums(), counted: 0, reversed: 0 })

function add(to: Figures, { entry, share }: Counted): void {
  addTo(to, entry)
  to.counted += share.minutes
  to.reversed += entry.reversals.reduce((sum, { minutes }) => sum + minutes, 0)
}

const NOTHING: Share = { minutes: 0, flags: [] }

/** The entries of a book that are not withdrawn, with their shares, day by day from the first. One pass over the documents. */
export function countedOf(docs: Docs, head: BookDoc): { day: string; entries: Counted[] }[] {
  const days = new Map<string, EntryDoc[]>()
  const seen = new Map<string, PresenceDoc[]>()
  for (const doc of docs.values()) {
    if (isCounting(doc)) days.set(doc.content.day, [...(days.get(doc.content.day) ?? []), doc])
    else if (doc.kind === 'presence' && isWitnessed(doc)) seen.set(doc.day, [...(seen.get(doc.day) ?? []), doc])
  }
  return [...days]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, entries]) => {
      const pieces = entries.map((entry) => pieceOf(entry, docs, seen.get(day) ?? []))
      const shares = head.plan ? creditDay(pieces, day, head.plan, head.from, head.to) : new Map<string, Share>()
      const byStart = [...entries].sort((a, b) => a.content.start - b.content.start)
      return { day, entries: byStart.map((entry) => ({ entry, share: shares.get(entry.id) ?? NOTHING })) }
    })
}

const isCounting = (doc: Doc): doc is EntryDoc => doc.kind === 'entry' && doc.state !== 'withdrawn'

const isShort = ({ entry, share }: Counted): boolean => share.minutes < claimedMinutes(entry.content)

export function monthOfBook(days: { day: string; entries: Counted[] }[], month: string): Month {
  const those = days.filter(({ day }) => monthOf(day) === month)
  const figures = noFigures()
  const modules = new Map<string, Figures>()
  for (const counted of those.flatMap(({ entries }) => entries)) {
    const { module } = counted.entry.content
    const row = modules.get(module) ?? noFigures()
    modules.set(module, row)
    add(row, counted)
    add(figures, counted)
  }
  const flagged = those.map(({ day, entries }) => ({ day, entries: entries.filter(isShort) })).filter(({ entries }) => entries.length > 0)
  return { figures, modules: [...modules].map(([code, row]) => ({ code, figures: row })), flagged }
}

/** How far the plan has come by the rules, over all days up to the end of this month. */
export function planUntil(days: { day: string; entries: Counted[] }[], head: BookDoc, month: string): PlanTable | null {
  if (!head.plan) return null
  const shares = days.filter(({ day }) => monthOf(day) <= month).flatMap(({ entries }) => entries)
  const credited = shares.map(({ entry, share }): Credited => [entry.content.day, entry.id, entry.content.module, entry.content.place_kind, share.minutes])
  return creditPlan(credited, head.plan)
}

export type { Flag, PlanTable, Share }
