/* The timer of a working day, as screens show it. It is a moment written down, so it survives whatever happens to the app. */
import type { AccountDb } from '../../db/account/account'
import { readMeta, type Timer } from '../../db/account/meta'
import { DAY_MINUTES, dayOf, MINUTE_MS, minuteOf } from '../../sync/days'
import { useLive, type Live } from '../screen/live'

/** Part of one day, in minutes since midnight. */
export interface Span {
  day: string
  start: number
  end: number
}

/** Longer than any working day: somebody forgot to stop it. */
const FORGOTTEN_MS = 12 * 60 * MINUTE_MS

const endOf = ({ stopped_at }: Timer, now: number): number => Math.max(stopped_at ?? now, 0)

export const minutesRun = (timer: Timer, now: number): number => Math.max(0, Math.floor((endOf(timer, now) - timer.started_at) / MINUTE_MS))

export const isForgotten = (timer: Timer, now: number): boolean => endOf(timer, now) - timer.started_at > FORGOTTEN_MS

/** What it measured, a span for each day it touches; a clock that was set back measures nothing. */
export function spansOf(timer: Timer, now: number): Span[] {
  const until = endOf(timer, now)
  const first = dayOf(timer.started_at)
  const last = dayOf(until)
  if (until <= timer.started_at) return []
  if (first === last) return whole([{ day: first, start: minuteOf(timer.started_at), end: minuteOf(until) }])
  return whole([
    { day: first, start: minuteOf(timer.started_at), end: DAY_MINUTES },
    { day: last, start: 0, end: minuteOf(until) },
  ])
}

const whole = (spans: Span[]): Span[] => spans.filter(({ start, end }) => end > start)

export const useTimer = (db: AccountDb): Live<Timer | undefined> => useLive(() => readMeta(db, 'timer'), undefined)
