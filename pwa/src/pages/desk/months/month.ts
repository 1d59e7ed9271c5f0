/* Months of classes, as the desk's doors tell them. Minutes everywhere; lessons only where something is summed up. */
import { lessonsTenths } from '../../../sync/credit'
import { t } from '../../../texts'

export interface ClassRow {
  id: string
  name: string
  college: string
  from_day: string
  to_day: string
}

export interface MonthRow {
  month: string
  entries: number
  people: number
  waiting: number
  claimed: number
  credited: number
  books: number
  locked: number
  /** In the whole class; it keeps every month open. */
  held: number
}

interface ModuleStanding {
  code: string
  name: string
  plan: number
  claimed: number
  credited: number
  missing: number
}

export interface MonthPerson {
  book_id: string
  name: string
  enterprise: string
  held: number
  waiting: number
  locked: boolean
  /** The day on which he left before his time was over. */
  left: string | null
  claimed: number
  confirmed: number
  credited: number
  post: number
  base: number
  college: number
  online: number
  lesson_minutes: number
  plan: number
  whole: number
  whole_claimed: number
  share: string
  reached: boolean
  shares: Record<'general' | 'foundation' | 'operation' | 'base', string>
  lost: Record<string, number>
  modules: ModuleStanding[]
}

export interface WaitingRow {
  book_id: string
  id: string
  day: string
  state: 'logged' | 'signed' | 'returned' | 'queried'
  claimed_minutes: number
  name: string
}

export interface MonthShown {
  class_id: string
  class_name: string
  month: string
  people: MonthPerson[]
  waiting: WaitingRow[]
  waiting_total: number
  waiting_by: Partial<Record<WaitingRow['state'], number>>
  held_total: number
}

/** A month's last day: 2026-02 → 2026-02-28. */
export const lastDayOf = (month: string): string => new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).toISOString().slice(0, 10)

export const monthWord = (month: string): string => t('unit.month', { year: month.slice(0, 4), month: String(Number(month.slice(5))) })

const tenths = (value: number): string => String(value / 10)

/** Rounded down. */
export const lessons = (minutes: number, per: number): string => tenths(lessonsTenths(minutes, per))

/** "10.6 学时 (480 分钟)" */
export const both = (minutes: number, per: number): string => t('unit.both', { hours: lessons(minutes, per), minutes: String(minutes) })

/** What is missing is rounded up: one minute is not nothing. */
const short = ({ name, missing }: ModuleStanding, per: number): string =>
  t('desk.months.short', { name, hours: tenths(-lessonsTenths(-missing, per)), minutes: String(missing) })

export function verdictOf({ modules, reached, lesson_minutes }: MonthPerson): string {
  if (!modules.length) return t('desk.months.no_plan')
  if (reached) return t('desk.months.reached')
  const lacking = modules.filter(({ missing }) => missing > 0)
  return t('desk.months.missing', { what: lacking.map((one) => short(one, lesson_minutes)).join(t('desk.months.and')) })
}

/** What keeps a month from being locked. */
export const waitingOf = (row: MonthRow): number => row.waiting + (isLocked(row) ? 0 : row.held)

export const isLocked = ({ locked, books }: MonthRow): boolean => books > 0 && locked === books
