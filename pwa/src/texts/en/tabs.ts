/* The tabs at the bottom. */
import type { tabs as tabsInChinese } from '../zh/tabs'

export const tabs: Record<keyof typeof tabsInChinese, string> = {
  'tab.label': 'Main',
  'tab.today': 'Today',
  'tab.book': 'Handbook',
  'tab.results': 'Results',
  'tab.me': 'Me',
  'tab.sign': 'To sign',
  'tab.apprentices': 'Apprentices',
  'tab.bell': 'Notices',
  'tab.bell_n': 'Notices, {n} unread',
  'tab.kiosk': 'Kiosk',
  'tab.scan': 'Scan',
}
