/* Which accounts live on this phone. Nothing of their content is here. */
import { Dexie, type EntityTable } from 'dexie'
import { accountDbName } from './account'
import type { AccountRow } from './rows'

const list = new Dexie('jiangji-accounts', { chromeTransactionDurability: 'strict' }) as Dexie & {
  accounts: EntityTable<AccountRow, 'id'>
}
list.version(1).stores({ accounts: 'id, used_at' })

export const readAccounts = (): Promise<AccountRow[]> => list.accounts.orderBy('used_at').reverse().toArray()

export async function putAccount(row: AccountRow): Promise<void> {
  await list.accounts.put(row)
}

export async function lockAccount(id: string, locked = true): Promise<void> {
  await list.accounts.update(id, { locked })
}

/** The account's database goes with its key: whoever has the phone next finds neither. The caller has looked at the outbox. */
export async function wipeAccount(id: string): Promise<void> {
  await Dexie.delete(accountDbName(id))
  await list.accounts.delete(id)
}
