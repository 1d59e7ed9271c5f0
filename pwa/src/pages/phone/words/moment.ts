/* How moments and days are said. */
import { tOr } from '../../../texts'
import { clock, clockOf, dayOf, weekdayOf } from '../../../use/book/days'

export const when = (at: number): string => `${dayOf(at)} ${clockOf(at)}`

export const timesOf = ({ start, end }: { start: number; end: number }): string => `${clock(start)}–${clock(end)}`

export const weekdayWord = (day: string): string => tOr(`weekday.${weekdayOf(day)}`, 'home.today')
