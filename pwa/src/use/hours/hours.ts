/* Questions the hours form puts to the book. */
import { claimedMinutes, type Plan, type PlaceKind } from '../../sync/book'
import { LIMITS } from '../../sync/kinds'

/** How the form names a place: its id, or its kind where it has none. */
export const placeIdOf = ({ place, place_kind }: { place: string | null; place_kind: PlaceKind }): string => place ?? `kind:${place_kind}`

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
  const bare = [...kinds].map((kind): PlaceChoice => ({ id: placeIdOf({ place: null, place_kind: kind }), name: nameOf(kind), kind, place: null }))
  return [...named, ...bare]
}

export const MOST_TEXT = LIMITS.text

/** What the form's times leave for work; not above 0 when they cross. */
export const workedMinutes = claimedMinutes
