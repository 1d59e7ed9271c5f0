/* Whom a trainer may have seen in his session: those in whose books he signs on that day, the ones who have checked in first. Pure. */
import type { View } from '../../db/book/replay'
import { membersOf, servesOn, SIGNERS, type BaseDoc, type BookDoc, type PresenceDoc, type SessionDoc } from '../../sync/book'
import { monthOf } from '../../sync/days'
import { PARAMS } from '../../sync/evidence'
import { codeOf, presencesOf } from './presence'

export interface OnRoll {
  book: string
  person: string
  /** Empty until the name is known here. */
  name: string
  /** His own check-in, as far as this phone has heard. */
  own: PresenceDoc | null
  /** From when to when he is said to have been there, if he is. */
  start: number
  end: number
}

interface Book {
  id: string
  owner: string
  head: BookDoc
  view: View
}

const mayTell = ({ head }: Book, person: string, day: string): boolean =>
  !head.locked.includes(monthOf(day)) && membersOf(head, person).some((member) => SIGNERS.has(member.role) && servesOn(member, day))

/** Checked in for this very session, or at this base while it went on. */
function ownIn({ head, view }: Book, base: string, { id, day, start, end }: SessionDoc): PresenceDoc | null {
  const mine = presencesOf(view.docs, day).filter((doc) => doc.by === head.apprentice && doc.base === base)
  const [early, late] = [start - PARAMS.session_minutes, end + PARAMS.session_minutes]
  const fits = (doc: PresenceDoc) => doc.start <= late && (doc.end ?? late) >= early
  return mine.find((doc) => codeOf(doc)?.session === id) ?? mine.find((doc) => !codeOf(doc) && fits(doc)) ?? null
}

/** Not before he came and not after he went, as far as he has said so; whoever is late was there from then on. */
function spanOf(own: PresenceDoc | null, { start, end }: Pick<SessionDoc, 'start' | 'end'>): { start: number; end: number } {
  const from = own && own.start < end ? own.start : start
  const until = own?.end ?? end
  return until > from ? { start: from, end: until } : { start, end }
}

/** Each person once, whatever books he has. */
export function rollOf(books: readonly Book[], base: BaseDoc, session: SessionDoc, person: string): OnRoll[] {
  const found = new Map<string, OnRoll>()
  for (const book of books) {
    if (!mayTell(book, person, session.day)) continue
    const own = ownIn(book, base.id, session)
    if (found.get(book.head.apprentice)?.own || (found.has(book.head.apprentice) && !own)) continue
    found.set(book.head.apprentice, { book: book.id, person: book.head.apprentice, name: book.owner, own, ...spanOf(own, session) })
  }
  return [...found.values()].sort((a, b) => Number(b.own !== null) - Number(a.own !== null) || a.name.localeCompare(b.name, 'zh-CN') || (a.person < b.person ? -1 : 1))
}

/** The modules he teaches, each once, as the plans of his apprentices call them. */
export function modulesOf(books: readonly Book[]): { id: string; name: string }[] {
  const names = new Map<string, string>()
  for (const { head } of books) for (const { code, name } of head.plan?.modules ?? []) if (!names.has(code)) names.set(code, name)
  return [...names].map(([id, name]) => ({ id, name }))
}
