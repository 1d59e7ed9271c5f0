/* How well entries are evidenced: one with its reasons, and how many of each grade. */
import type { BookDoc, Docs, EntryDoc, PresenceDoc } from '../../sync/book'
import { evidenceOf, GRADES, presencesOn, type Evidence, type Grade } from '../../sync/evidence'

/** Nothing of an entry that its author has taken back. */
export const gradeOf = (docs: Docs, head: BookDoc, entry: EntryDoc): Evidence | null =>
  entry.state === 'withdrawn' ? null : evidenceOf(entry, head, presencesOn(docs, entry.content.day))

/** How many of each grade, the best first. One pass over the documents. */
export function gradesOf(docs: Docs, head: BookDoc, entries: Iterable<EntryDoc>): { grade: Grade; count: number }[] {
  const presences = new Map<string, PresenceDoc[]>()
  for (const doc of docs.values()) if (doc.kind === 'presence') presences.set(doc.day, [...(presences.get(doc.day) ?? []), doc])
  const counts = new Map<Grade, number>()
  for (const entry of entries) {
    if (entry.state === 'withdrawn') continue
    const { grade } = evidenceOf(entry, head, presences.get(entry.content.day) ?? [])
    counts.set(grade, (counts.get(grade) ?? 0) + 1)
  }
  return GRADES.map(({ grade }) => ({ grade, count: counts.get(grade) ?? 0 })).reverse()
}
