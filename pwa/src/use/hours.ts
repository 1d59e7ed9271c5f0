/* Questions the hours form puts to the book. */
import { claimedMinutes, servesOn, type EntryContent, type Member, type Plan, type PlaceKind } from '../sync/book'
import { LIMITS } from '../sync/kinds'
import type { Day } from './book'
import { weekdayOf } from './days'

interface PlaceChoice {
  id: string
  name: string
  kind: PlaceKind
  /** null: a kind of place without a named one. */
  place: string | null
}

/** The places of the plan; a kind the modules need but no place has stands for itself. */
export function placesOf(plan: Plan | null, nameOf: (kind: PlaceKind) => string): PlaceChoice[] {
  if (!plan) return []
  const named = plan.places.map(({ id, name, kind }): PlaceChoice => ({ id, name, kind, place: id }))
  const kinds = new Set(plan.modules.map((module) => module.place))
  for (const { kind } of named) kinds.delete(kind)
  const bare = [...kinds].map((kind): PlaceChoice => ({ id: `kind:${kind}`, name: nameOf(kind), kind, place: null }))
  return [...named, ...bare]
}

export const MOST_TEXT = LIMITS.text

/** What the form's times leave for work; not above 0 when they cross. */
export const workedMinutes = claimedMinutes

/** The rules refuse hours of a day on which nobody of these was in the book. */
export const servesOnDay = (members: Member[], day: string): boolean => members.some((member) => servesOn(member, day))

interface Span {
  day: string
  start: number
  end: number
}

/** Not a refusal: credit counts shared minutes once, and the author should know before saving. */
export function overlaps(days: Day[], hours: Span): boolean {
  const entries = days.find(({ day }) => day === hours.day)?.entries ?? []
  return entries.some(({ entry: { state, content } }) => {
    if (state === 'withdrawn' || claimedMinutes(content) <= 0) return false
    return content.start < hours.end && hours.start < content.end
  })
}

type Habit = Pick<EntryContent, 'start' | 'end' | 'break' | 'module'> & { place: string }

/** The last entry of the same weekday, else the last one: most weeks look like the week before. */
export function like(days: Day[], today: string): Habit | null {
  const sameDay = days.find(({ day }) => day < today && weekdayOf(day) === weekdayOf(today))
  const entry = (sameDay ?? days[0])?.entries[0]?.entry
  if (!entry) return null
  const { start, end, break: rest, module, place, place_kind } = entry.content
  return { start, end, break: rest, module, place: place ?? `kind:${place_kind}` }
}
