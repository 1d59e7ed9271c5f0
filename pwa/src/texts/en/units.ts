/* Amounts, units, and words several screens say. */
import type { units as unitsInChinese } from '../zh/units'

export const units: Record<keyof typeof unitsInChinese, string> = {
  'unit.minutes': '{minutes} min',
  'unit.lessons': '{hours} lessons',
  'unit.both': '{hours} lessons ({minutes} min)',
  'unit.month': '{year}-{month}',
  'unit.today': 'Today',

  'sum.logged': 'Logged',
  'sum.signed': 'Signed off',
  'sum.credited': 'Credited',

  'list.more': 'Show more',
  'list.more_n': '{n} more',
}
