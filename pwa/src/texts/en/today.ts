/* Today. */
import type { today as todayInChinese } from '../zh/today'

export const today: Record<keyof typeof todayInChinese, string> = {
  'today.date': '{weekday} {month}/{day}',
  'today.lines': 'Written today',
  'today.none': 'Nothing written today yet.',
  'today.again': 'Same again',
  'today.returned': '{n} returned to you: mend and hand in again',
  'weekday.0': 'Mon',
  'weekday.1': 'Tue',
  'weekday.2': 'Wed',
  'weekday.3': 'Thu',
  'weekday.4': 'Fri',
  'weekday.5': 'Sat',
  'weekday.6': 'Sun',
}
