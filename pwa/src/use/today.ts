/* What the first screen tells of today. */
import type { Day, EntryShown } from './book'
import { weekdayOf } from './days'

export const entriesOf = (days: Day[], day: string): EntryShown[] =>
  (days.find((known) => known.day === day)?.entries ?? []).filter(({ entry }) => entry.state !== 'withdrawn')

export const countReturned = (days: Day[]): number =>
  days.flatMap(({ entries }) => entries).filter(({ entry, state }) => entry.state === 'returned' && state === 'returned').length

/** What "once more" copies: the last entry of the same weekday, for most weeks look like the week before, else the last one. */
export function entryToRepeat(days: Day[], today: string): EntryShown | null {
  const stands = ({ entry }: EntryShown) => entry.state !== 'withdrawn'
  const written = days.filter(({ day, entries }) => day <= today && entries.some(stands))
  const likely = written.find(({ day }) => day < today && weekdayOf(day) === weekdayOf(today)) ?? written[0]
  return likely?.entries.filter(stands).at(-1) ?? null
}
