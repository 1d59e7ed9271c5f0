/* How an apprentice comes along: minutes by module against the plan, the last entry, weeks without any. */
import type { BookDoc } from '../../sync/book'
import { daysBefore, mondayOf, plusDays } from '../../sync/days'
import { addTo, noSums, plannedMinutes, type Sums } from '../../sync/sums'
import { entriesOf, type SignerBook } from './mentor'
import { signerWarnings } from '../hours/warnings'

export interface ModuleSums extends Sums {
  code: string
  name: string
  plan: number
}

export interface Progress extends Sums {
  plan: number
  modules: ModuleSums[]
  /** The last day with an entry; null without one. */
  last: string | null
  /** Mondays of full weeks in which nothing was written though there were working days. */
  missing: string[]
  returned: number
  flagged: number
}

const WEEK = 7

/** Weeks that are over, of the agreement's time, in which somebody could have worked and nothing was written. */
export function missingWeeks({ from, to, plan }: Pick<BookDoc, 'from' | 'to' | 'plan'>, days: Iterable<string>, today: string): string[] {
  const written = new Set([...days].map(mondayOf))
  const closed = new Set(plan?.closed_days ?? [])
  const open = (monday: string) =>
    [0, 1, 2, 3, 4].map((n) => plusDays(monday, n)).some((day) => day >= from && day <= to && !closed.has(day))
  const missing: string[] = []
  const end = today < to ? mondayOf(today) : plusDays(mondayOf(to), WEEK)
  for (let monday = mondayOf(from); monday < end; monday = plusDays(monday, WEEK)) {
    if (!written.has(monday) && open(monday)) missing.push(monday)
  }
  return missing
}

export function progressOf({ head, view }: SignerBook, today: string): Progress {
  const entries = entriesOf(view).filter(({ state }) => state !== 'withdrawn')
  const modules = (head.plan?.modules ?? []).map(({ code, name, minutes }): ModuleSums => ({ code, name, plan: minutes, ...noSums() }))
  const byCode = new Map(modules.map((module) => [module.code, module]))
  const all = noSums()
  for (const entry of entries) {
    addTo(all, entry)
    const module = byCode.get(entry.content.module)
    if (module) addTo(module, entry)
  }
  const days = entries.map(({ content }) => content.day)
  const open = entries.filter(({ state }) => state !== 'credited')
  return {
    ...all,
    modules,
    plan: plannedMinutes(head.plan),
    last: days.reduce<string | null>((last, day) => (last !== null && last > day ? last : day), null),
    missing: missingWeeks(head, days, today),
    returned: entries.filter(({ state }) => state === 'returned').length,
    flagged: open.filter((entry) => signerWarnings(head, view, entry).length > 0).length,
  }
}

/** How long ago the last entry was; null without one. */
export const silentDays = (last: string | null, today: string): number | null => (last === null ? null : Math.max(0, daysBefore(last, today)))
