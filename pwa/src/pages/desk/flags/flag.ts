/* Flags as the desk's doors tell them. */
import { t, type Key } from '../../../texts'

export const FLAGS = [
  'burst', 'fast', 'young_key', 'after_reset', 'mentor_load', 'mentor_hours', 'same_minutes', 'no_absence', 'night', 'closed_day', 'overlap',
  'late_written', 'late_sent', 'clock_back', 'outside_agreement', 'one_sitting', 'unlisted', 'same_photo', 'copy_own', 'copy_other', 'roster_edit',
] as const

export const STATES = ['open', 'settled', 'gone'] as const
export const OUTCOMES = ['explained', 'confirmed'] as const

export type Outcome = (typeof OUTCOMES)[number]
type Flag = (typeof FLAGS)[number]

export interface FlagCase {
  id: string
  flag: Flag
  person_id: string
  person_name: string
  about_name: string
  enterprise_name: string
  day_from: string
  day_to: string
  entries: number
  minutes: number
  detail: Record<string, number | string>
  since: number
  state: (typeof STATES)[number]
  outcome: Outcome | ''
  reason: string
  settled_by: string
  settled_at: number | null
}

export interface CaseLine {
  book: string
  entry: string
  person_name: string
  day: string
  start: number
  end: number
  text: string
  state: string
  written_at: number
  signed_at: number
}

export interface WholeCase extends FlagCase {
  lines: CaseLine[]
  words: { outcome: Outcome; reason: string; by_name: string | null; at: number; entries: number }[]
}

export interface FlagKind {
  flag: Flag
  rule: boolean
  params: Record<string, number>
  sample: boolean
  open: number
  settled: number
  honest_permille: number
  found_permille: Record<string, number>
}

export interface Kinds {
  items: FlagKind[]
  measured: { honest: number; each: number; entries: number }
}

/** 950 ‰ is said as 95 %, 35 tenths as 3.5. */
const spoken = <T>(given: Record<string, T>): Record<string, T | string> =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => {
    if (name.endsWith('permille')) return [name.replace('permille', 'percent'), String(Number(value) / 10)]
    return name.includes('tenths_') ? [name.replace('tenths_', ''), String(Number(value) / 10)] : [name, value]
  }))

export const flagName = (flag: Flag): string => t(`desk.flag.${flag}`)
export const flagWhat = ({ flag, params }: FlagKind): string => t(`desk.flag.what.${flag}`, spoken(params))
export const flagTold = ({ flag, detail }: FlagCase): string => t(`desk.flag.told.${flag}`, spoken(detail))
export const flagMaybe = (flag: Flag): string => t(`desk.flag.maybe.${flag}`)

export const peopleOf = ({ person_name, about_name }: FlagCase): string =>
  about_name ? t('desk.flags.and', { one: person_name, other: about_name }) : person_name

export const daysOf = ({ day_from, day_to }: FlagCase): string => (day_from === day_to ? day_from : t('desk.flags.span', { from: day_from, to: day_to }))

/** 0.5 % is something, 0 % is not. */
export const percentOf = (permille: number): string => (permille && permille < 10 ? (permille / 10).toFixed(1) : String(Math.round(permille / 10)))

export const foundOf = ({ found_permille }: FlagKind): string =>
  Object.entries(found_permille)
    .filter(([, permille]) => permille >= 250)
    .sort(([, one], [, other]) => other - one)
    .map(([cohort, permille]) => t('desk.flags.found_of', { cohort: t(`desk.flags.cohort.${cohort}` as Key), n: percentOf(permille) }))
    .join('、')
