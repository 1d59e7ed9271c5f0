/* A rule set as the doors say it, and each of its numbers with unit and range. */
import { t, tOr } from '../../../texts'

export const STATUSES = ['示例', '征求意见稿', '试行', '有效'] as const
export const CATEGORIES = ['general', 'foundation', 'operation'] as const

export interface Rules {
  lesson_minutes: number
  day_cap_minutes: number
  night_from: number
  night_to: number
  online_permille: number
  base_check_in: boolean
  late_days: number
}

export interface Limits {
  shares?: Record<string, [number | null, number | null]>
  lessons?: Record<string, number>
  max_apprentices_per_mentor?: number
  min_mentors_per_class?: number
}

export interface RuleSetRow {
  id: string
  owner: string | null
  region: string
  name: string
  valid_from: string
  valid_to: string | null
  source: string
  status: string
  rules: Rules
  limits: Limits
  plans: number
  state: 'running' | 'later' | 'ended'
  sample: boolean
  changeable: boolean
}

/** Numbers of `rules` and of `limits`, with what they may be. Percent is kept in tenths where the handbook counts so. */
export const NUMBERS = [
  { of: 'rules', name: 'lesson_minutes', least: 30, most: 60 },
  { of: 'rules', name: 'day_cap_minutes', least: 0, most: 720 },
  { of: 'rules', name: 'late_days', least: 0, most: 3660 },
] as const
export const COUNTS = ['max_apprentices_per_mentor', 'min_mentors_per_class'] as const

export const clockOf = (minute: number): string => `${String(Math.floor(minute / 60) % 24).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
export const minuteOf = (clock: string): number => {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  return hours * 60 + minutes
}

function rangeOf([least, most]: [number | null, number | null]): string {
  if (least !== null && most !== null) return `${least}%–${most}%`
  return least !== null ? `≥ ${least}%` : `≤ ${most}%`
}

/** Every number in words: what it is called, what it is, and what it is for. What is not asked for says so. */
export function linesOf({ rules, limits }: RuleSetRow): { name: string; given: string; what: string }[] {
  const line = (key: string, given: string) => ({ name: tOr(`desk.rules.f.${key}`, 'desk.rules.name'), given, what: tOr(`desk.rules.what.${key}`, 'desk.rules.name') })
  const none = t('desk.rules.not_asked')
  const lessons = Object.entries(limits.lessons ?? {}).map(([level, n]) => t('desk.rules.level_lessons', { level, n }))
  return [
    line('lesson_minutes', t('desk.rules.u.minutes', { n: rules.lesson_minutes })),
    line('day_cap_minutes', t('desk.rules.u.minutes_a_day', { n: rules.day_cap_minutes })),
    line('night', t('desk.rules.u.night', { from: clockOf(rules.night_from), to: clockOf(rules.night_to) })),
    line('online_permille', t('desk.rules.u.percent', { n: rules.online_permille / 10 })),
    line('base_check_in', t(rules.base_check_in ? 'desk.rules.yes' : 'desk.rules.no')),
    line('late_days', t('desk.rules.u.days', { n: rules.late_days })),
    ...CATEGORIES.map((category) => ({
      name: t(`desk.plan.category.${category}`), given: limits.shares?.[category] ? rangeOf(limits.shares[category]) : none, what: t('desk.rules.what.shares'),
    })),
    line('lessons', lessons.join('；') || none),
    line('max_apprentices_per_mentor', limits.max_apprentices_per_mentor ? t('desk.rules.u.people', { n: limits.max_apprentices_per_mentor }) : none),
    line('min_mentors_per_class', limits.min_mentors_per_class ? t('desk.rules.u.people', { n: limits.min_mentors_per_class }) : none),
  ]
}
