/* Me. */
import type { me as meInChinese } from '../zh/me'

export const me: Record<keyof typeof meInChinese, string> = {
  'me.title': 'Me',
  'me.accounts': 'Accounts on this phone',
  'me.current': 'current',
  'me.logout': 'Log out',
  'me.logout_kept': 'Logging out only locks: {n} unsent stay on this phone and are not lost.',
  'me.leave': 'Remove my account from this phone',
  'me.leave_sure': 'The handbook and the signing key on this phone will be deleted. Are you sure?',
  'me.leave_yes': 'Yes, remove',
  'me.cancel': 'Cancel',
  'me.export': 'Export unsent work (file)',
  'me.exported': '{n} exported. Give the file to your teacher or keep it.',
  'me.export_none': 'There is no unsent work.',
  'me.pin': 'Set a PIN for this phone',
  'me.pin_old': 'Old PIN',
  'me.pin_new': 'New PIN (4–12 digits)',
  'me.pin_set': 'The PIN is set.',
  'me.version': 'Version {build}',
}
