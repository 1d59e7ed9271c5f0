/* Amounts with their unit, on every screen alike. */
import type { Plan } from '../../../sync/book'
import { lessonsOf } from '../../../sync/sums'
import { t } from '../../../texts'

export const minutesWord = (minutes: number | string): string => t('unit.minutes', { minutes })

/** 学时 and minutes; before a plan says how long one is, minutes alone. */
export const bothWords = (minutes: number, plan: Plan | null): string =>
  plan ? t('unit.both', { hours: lessonsOf(minutes, plan), minutes }) : minutesWord(minutes)
