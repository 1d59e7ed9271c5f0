/* How moments and days are said. */
import { t, tOr } from '../../../texts'
import { clock, clockOf, dayOf, weekdayOf } from '../../../use/book/days'

export const when = (at: number): string => `${dayOf(at)} ${clockOf(at)}`

export const timesOf = ({ start, end }: { start: number; end: number }): string => `${clock(start)}–${clock(end)}`

export const weekdayWord = (day: string): string => tOr(`weekday.${weekdayOf(day)}`, 'home.today')

export function agoOf(days: number): string {
  return days === 0 ? t('folk.ago_0') : days === 1 ? t('folk.ago_1') : t('folk.ago_n', { n: days })
}
