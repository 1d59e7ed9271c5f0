/* What the doors of progress say, and its words. */
import { plusDays } from '../../../sync/days'
import { t, tOr } from '../../../texts'

export interface ModuleRow {
  code: string
  name: string
  planned: number
  credited: number
  waiting: number
  logged: number
}

export interface ProgressRow {
  id: string
  book_id: string
  person: string
  class_name: string | null
  enterprise: string | null
  occupation: string
  level: string
  from_day: string
  to_day: string
  modules: ModuleRow[]
  planned: number
  credited: number
  waiting: number
  logged: number
  weeks_from: string
  weeks: number[]
  missing: number[]
  expected: number
  last_day: string | null
  sent_back: number
  risks: string[]
}

export const riskWord = (risk: string): string => tOr(`desk.risk.${risk}`, 'desk.progress.c.risk')

export const barWords = (name: string, { credited, waiting, planned }: { credited: number; waiting: number; planned: number }): string =>
  t('desk.progress.bar', { name, credited, waiting, planned })

/** The last of them, each with its words. */
export function weeksOf(row: ProgressRow, most = Infinity) {
  const missing = new Set(row.missing)
  const first = Math.max(0, row.weeks.length - most)
  return row.weeks.slice(first).map((minutes, n) => {
    const monday = plusDays(row.weeks_from, (first + n) * 7)
    const isMissing = missing.has(first + n)
    return { key: monday, minutes, missing: isMissing, label: t(isMissing ? 'desk.progress.week_missing' : 'desk.progress.week', { monday, minutes }) }
  })
}

export const mostOf = (rows: readonly ProgressRow[]): number => Math.max(1, ...rows.flatMap(({ weeks }) => weeks))
