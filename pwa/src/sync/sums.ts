/* Minutes added up. Each class of hours holds the next: logged holds signed, signed holds credited. */
import { claimedMinutes, confirmedMinutes, creditedMinutes, type EntryDoc, type Plan } from './book'
import { lessonsTenths } from './credit'

export interface Sums {
  logged: number
  signed: number
  credited: number
}

export const noSums = (): Sums => ({ logged: 0, signed: 0, credited: 0 })

/** Nobody has worked a withdrawn entry. */
export function addTo(sums: Sums, entry: EntryDoc): void {
  if (entry.state === 'withdrawn') return
  sums.logged += claimedMinutes(entry.content)
  sums.signed += confirmedMinutes(entry)
  sums.credited += creditedMinutes(entry)
}

export function sumsOf(entries: Iterable<EntryDoc>): Sums {
  const sums = noSums()
  for (const entry of entries) addTo(sums, entry)
  return sums
}

export const plannedMinutes = (plan: Plan | null): number => (plan?.modules ?? []).reduce((sum, { minutes }) => sum + minutes, 0)

/** 学时 with one digit, rounded down; nothing before a plan says how long one is. */
export const lessonsOf = (minutes: number, plan: Plan | null): string =>
  plan ? (lessonsTenths(minutes, plan.rules.lesson_minutes) / 10).toFixed(1) : ''
