/* The handbook page by page: weeks from Monday, what of them a filter leaves, and what each week comes to. */
import { mondayOf, monthOf, plusDays } from '../../sync/days'
import type { Day, EntryShown, EntryState } from './book'

export const STATES = ['local', 'logged', 'signed', 'credited', 'returned', 'attention', 'withdrawn'] as const
export type StateChoice = EntryState | 'all'

/** What the reader asked for; an empty text asks for everything. */
export interface Wanted {
  state: StateChoice
  month: string
  module: string
  words: string
}

/** What one entry adds to a week's strip: a seal, a struck one, or the empty place of one. */
export type Slot = 'missing' | 'signed' | 'credited' | 'struck'

export interface Week {
  monday: string
  sunday: string
  days: Day[]
}

/** A piece of a week short enough to be drawn at once; the first one carries the week's head. */
export interface Part {
  key: string
  week: Week
  first: boolean
  days: PartDay[]
  entries: number
}

/** A long day may be cut; its head stands over its first lines only. */
interface PartDay extends Day {
  headed: boolean
}

const PART = 6

function says({ entry, reason, signers }: EntryShown, words: string): boolean {
  return [entry.content.text, reason, entry.content.day, ...signers].some((text) => text.toLowerCase().includes(words))
}

/** Everything but the state: the counts beside the states are taken after this. */
export function sift(days: Day[], { month, module, words }: Wanted): Day[] {
  const wordsLow = words.trim().toLowerCase()
  if (!month && !module && !wordsLow) return days
  return keep(
    days.filter(({ day }) => !month || monthOf(day) === month),
    (shown) => (!module || shown.entry.content.module === module) && (!wordsLow || says(shown, wordsLow)),
  )
}

function keep(days: Day[], wanted: (shown: EntryShown) => boolean): Day[] {
  return days.map(({ day, entries }) => ({ day, entries: entries.filter(wanted) })).filter(({ entries }) => entries.length > 0)
}

export const ofState = (days: Day[], state: StateChoice): Day[] => (state === 'all' ? days : keep(days, (shown) => shown.state === state))

export function countStates(days: Day[]): Record<StateChoice, number> {
  const counts: Record<StateChoice, number> = { all: 0, local: 0, logged: 0, signed: 0, credited: 0, returned: 0, attention: 0, withdrawn: 0 }
  for (const { entries } of days) {
    for (const { state } of entries) {
      counts[state] += 1
      counts.all += 1
    }
  }
  return counts
}

export function slotOf({ entry, seals }: EntryShown): Slot | null {
  if (entry.state === 'withdrawn') return null
  if (entry.state === 'credited') return 'credited'
  const [sealed] = seals
  return sealed ? (sealed.struck ? 'struck' : 'signed') : 'missing'
}

/** Newest week first, as the days come. */
export function weeksOf(days: Day[]): Week[] {
  const weeks = new Map<string, Day[]>()
  for (const day of days) {
    const monday = mondayOf(day.day)
    const those = weeks.get(monday)
    if (those) those.push(day)
    else weeks.set(monday, [day])
  }
  return [...weeks].map(([monday, those]) => ({ monday, sunday: plusDays(monday, 6), days: those }))
}

/** Monday to Sunday. Asked for what is drawn only. */
export const stripOf = ({ monday, days }: Week): { day: string; slots: Slot[] }[] =>
  Array.from({ length: 7 }, (_, place) => {
    const day = plusDays(monday, place)
    const entries = days.find((known) => known.day === day)?.entries ?? []
    return { day, slots: entries.map(slotOf).filter((slot) => slot !== null) }
  })

/** Cut where a part would grow too long, also within a day of many entries. */
export function partsOf(weeks: Week[]): Part[] {
  return weeks.flatMap((week) => {
    const parts: Part[] = []
    for (const { day, entries } of week.days) {
      for (let from = 0; from < entries.length; from += PART) {
        addTo(parts, week, { day, entries: entries.slice(from, from + PART), headed: from === 0 })
      }
    }
    return parts
  })
}

function addTo(parts: Part[], week: Week, day: PartDay): void {
  const last = parts[parts.length - 1]
  if (last && last.entries + day.entries.length <= PART) {
    last.days.push(day)
    last.entries += day.entries.length
    return
  }
  const first = last === undefined
  parts.push({ key: `${week.monday}/${parts.length}`, week, first, days: [day], entries: day.entries.length })
}

/** The months and modules that occur, for the reader to choose from. */
export function choicesOf(days: Day[]): { months: string[]; modules: string[] } {
  const months = new Set(days.map(({ day }) => monthOf(day)))
  const modules = new Set(days.flatMap(({ entries }) => entries.map(({ entry }) => entry.content.module)))
  return { months: [...months].sort().reverse(), modules: [...modules].sort() }
}
