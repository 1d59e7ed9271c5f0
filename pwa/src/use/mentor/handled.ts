/* What a signer has just done: seals and returns of the last day, and whatever of his is still only on this phone. */
import type { EntryDoc } from '../../sync/book'
import { DAY_MS } from '../../sync/days'
import { entriesOf, type SignerBook } from './mentor'

export interface Handled {
  book: string
  id: string
  owner: string
  entry: EntryDoc
  /** null: it was returned. */
  minutes: number | null
  reason: string
  at: number
  local: boolean
}


interface LastWord {
  at: number
  minutes: number | null
  reason: string
}

/** This person's last word on the entry. */
export function lastWordOf(entry: EntryDoc, person: string): LastWord | null {
  const seals = entry.seals.filter(({ by }) => by === person).map(({ at, minutes }): LastWord => ({ at, minutes, reason: '' }))
  const returns = entry.returns.filter(({ by }) => by === person).map(({ at, reason }): LastWord => ({ at, minutes: null, reason }))
  return [...seals, ...returns].reduce<LastWord | null>((last, act) => (last && last.at > act.at ? last : act), null)
}

export function handledOf(books: SignerBook[], person: string, now: number): Handled[] {
  const found: Handled[] = []
  for (const { id: book, owner, view, waiting } of books) {
    const again = new Set(waiting.map(({ id }) => id))
    for (const entry of entriesOf(view)) {
      const last = again.has(entry.id) ? null : lastWordOf(entry, person)
      const local = view.local.has(entry.id)
      if (last && (local || now - last.at < DAY_MS)) found.push({ book, id: entry.id, owner, entry, ...last, local })
    }
  }
  return found.sort((a, b) => b.at - a.at)
}

const distinct = (words: { word: string; at: number }[], most: number): string[] =>
  [...new Set(words.sort((a, b) => b.at - a.at).map(({ word }) => word))].slice(0, most)

/** The reasons this person gave lately, newest first. */
export function reasonsOf(books: SignerBook[], person: string, most: number): string[] {
  const mine = books.flatMap(({ view }) => entriesOf(view)).flatMap(({ returns }) => returns.filter(({ by }) => by === person))
  return distinct(mine.map(({ reason, at }) => ({ word: reason, at })), most)
}

/** The skills this person scored lately, newest first. */
export function skillsOf(books: SignerBook[], person: string, most: number): string[] {
  const mine = books.flatMap(({ view }) => entriesOf(view)).flatMap(({ seals }) => seals.filter(({ by }) => by === person))
  return distinct(mine.flatMap(({ scores, at }) => scores.map(({ skill }) => ({ word: skill, at }))), most)
}
