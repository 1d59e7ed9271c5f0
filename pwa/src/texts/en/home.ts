/* The handbook. */
import type { home as homeInChinese } from '../zh/home'

export const home: Record<keyof typeof homeInChinese, string> = {
  'home.log': 'Log hours',
  'home.empty_other': 'This apprentice has no entries yet.',
  'home.empty': 'No entries yet. Write the first with “Log hours” below.',
  'home.no_book': 'The handbook has not arrived yet. It comes by itself once there is a network.',
  'home.ring': 'Credited',
  'home.of_plan': 'of {hours} lessons',
  'home.signers': 'signed by {names}',
  'home.which': 'Handbook',
}
