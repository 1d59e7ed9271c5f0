/* How moments and days are said. */
import { clock, weekdayOf } from '../../../sync/days'
import { t, tOr } from '../../../texts'

export const timesOf = ({ start, end }: { start: number; end: number }): string => `${clock(start)}–${clock(end)}`

export const weekdayWord = (day: string): string => tOr(`weekday.${weekdayOf(day)}`, 'weekday.0')

export const monthWord = (month: string): string => t('unit.month', { year: month.slice(0, 4), month: month.slice(5) })
