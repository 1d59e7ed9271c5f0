/* The accounts on this phone. */
import type { accounts as zh } from '../zh/accounts'

export const accounts: Record<keyof typeof zh, string> = {
  'accounts.title': 'Switch account',
  'accounts.intro': 'When several people share a phone, nobody sees another one’s handbook. Switching needs no network, only your own PIN.',
  'accounts.none': 'There is no account on this phone yet.',
  'accounts.here': 'In use',
  'accounts.by_pin': 'Opens with PIN',
  'accounts.by_password': 'Log in with password',
  'accounts.waits': '{n} still to be synced',
  'accounts.no_pin': 'You have no PIN yet. After switching away you need the network and your password to come back. Better set a PIN first.',
  'accounts.pin': 'PIN of {name}',
  'accounts.open': 'Open',
  'accounts.add': 'Add an account',
  'accounts.room': 'A phone holds at most {n} accounts.',
  'accounts.full': 'A phone holds at most {n} accounts, and this one is full. To add one, let somebody who no longer uses this phone open the account and remove it under “Me”.',
  'accounts.add_slip': 'Activate with a slip',
  'accounts.add_login': 'Log in to an account',
  'accounts.all': 'Accounts on this phone ({n})',
}
