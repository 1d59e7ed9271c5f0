/* Which part of a day the hours form proposes: what is not written yet, and never the night. Pure. */
import type { EntryContent, Plan } from '../../sync/book'
import { nights } from '../../sync/credit'
import type { Day } from '../book/book'
import { DAY_MINUTES, weekdayOf } from '../../sync/days'

type Spans = readonly (readonly [start: number, end: number])[]

interface Times {
  start: number
  end: number
}

/** Nobody writes down less. */
const LEAST_MINUTES = 15
const MORNING = { start: 480, end: 720, break: 0 }

/** The spans of a day that are written already; `but` is the entry that is being revised. */
function takenOn(days: Day[], day: string, but: string | null): Spans {
  const entries = days.find((known) => known.day === day)?.entries ?? []
  return entries
    .filter(({ id, entry }) => id !== but && entry.state !== 'withdrawn')
    .map(({ entry }) => [entry.content.start, entry.content.end] as const)
    .sort((a, b) => a[0] - b[0])
}

/** The hours of a day that do not count, as the plan has them. */
const nightsOf = (plan: Plan | null): Spans => (plan ? nights(plan.rules.night_from, plan.rules.night_to) : [])

/** The same length of work where the day is free: as wished, else behind what is written, else as near to the wish as it fits, else
    the widest gap. Null on a day that is full. */
export function freeSpan(taken: Spans, { start, end }: Times, night: Spans = []): Times | null {
  const shut = [...taken, ...night]
  const crosses = ({ start: from, end: to }: Times) => shut.some(([s, e]) => s < to && from < e)
  if (!crosses({ start, end })) return { start, end }
  const starts = [...new Set([0, ...shut.map(([, e]) => e)])].filter((from) => from < DAY_MINUTES).sort((a, b) => a - b)
  const gaps = starts.map((from) => ({ start: from, end: Math.min(DAY_MINUTES, ...shut.map(([s]) => s).filter((s) => s >= from)) }))
  const open = gaps.filter((gap) => gap.end > gap.start && !crosses(gap))
  const length = end - start
  const fitting = open.filter((gap) => gap.end - gap.start >= length)
  const later = fitting.find((gap) => gap.start >= start)
  if (later) return { start: later.start, end: later.start + length }
  const places = fitting.map((gap) => Math.max(gap.start, Math.min(start, gap.end - length)))
  const [near] = places.sort((a, b) => Math.abs(a - start) - Math.abs(b - start))
  if (near !== undefined) return { start: near, end: near + length }
  const [widest] = open.sort((a, b) => b.end - b.start - (a.end - a.start))
  return widest && widest.end - widest.start >= LEAST_MINUTES ? widest : null
}

/** The last entry of the same weekday, else the last one: most weeks look like the week before. */
export function habitOf(days: Day[], day: string): EntryContent | null {
  const stands = days.map((one) => ({ ...one, entries: one.entries.filter(({ entry }) => entry.state !== 'withdrawn') })).filter(({ entries }) => entries.length)
  const likely = stands.find((one) => one.day < day && weekdayOf(one.day) === weekdayOf(day)) ?? stands[0]
  return likely?.entries[0]?.entry.content ?? null
}

export interface Proposal extends Times {
  day: string
  break: number
  /** Nothing is free on that day: the times are only a beginning. */
  full: boolean
}

/** The times of a new entry on that day: those wished (of an entry that is copied), else the usual ones, where the day is free. */
export function proposalFor(days: Day[], plan: Plan | null, day: string, wished: EntryContent | null): Proposal {
  const usual = wished ?? habitOf(days, day) ?? MORNING
  const free = freeSpan(takenOn(days, day, null), usual, nightsOf(plan))
  const whole = !free || free.end - free.start === usual.end - usual.start
  const { start, end } = free ?? usual
  return { day, start, end, break: whole ? usual.break : 0, full: free === null }
}
