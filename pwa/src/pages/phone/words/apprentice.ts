/* How an apprentice and his progress are said. */
import type { Plan } from '../../../sync/book'
import type { Sums } from '../../../sync/sums'
import { t } from '../../../texts'
import { silentDays, type Progress } from '../../../use/mentor/apprentices'
import { bothWords } from './units'

const SILENT_DAYS = 14

export const ownerOf = (owner: string): string => owner || t('sign.unnamed')

export const sumsOf = (sums: Sums, plan: Plan | null) =>
  (['logged', 'signed', 'credited'] as const).map((part) => ({ part, word: t(`sum.${part}`), value: bothWords(sums[part], plan) }))

function agoOf(days: number): string {
  return days === 0 ? t('folk.ago_0') : days === 1 ? t('folk.ago_1') : t('folk.ago_n', { n: days })
}

export function lastOf({ last }: Progress, today: string): string {
  const days = silentDays(last, today)
  return last === null || days === null ? t('folk.last_none') : t('folk.last', { day: last, ago: agoOf(days) })
}

export function concernsOf({ last, missing, returned, flagged }: Progress, today: string): string[] {
  const silent = silentDays(last, today) ?? 0
  return [
    silent > SILENT_DAYS ? t('folk.silent', { n: silent }) : '',
    missing.length ? t('folk.missing', { n: missing.length }) : '',
    returned ? t('folk.returned', { n: returned }) : '',
    flagged ? t('folk.flagged', { n: flagged }) : '',
  ].filter(Boolean)
}
