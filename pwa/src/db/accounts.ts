/* Which accounts live on this phone. Nothing of their content is here. */
import { Dexie, type EntityTable } from 'dexie'
import { accountDbName } from './account'
import { wipePhotos } from './photos'
import type { AccountRow } from './rows'

const list = new Dexie('jiangji-accounts', { chromeTransactionDurability: 'strict' }) as Dexie & {
  accounts: EntityTable<AccountRow, 'id'>
}
list.version(1).stores({ accounts: 'id, used_at' })

/** How many people share one phone at most, as the server's cookies have it (`MOST_ACCOUNTS`). */
export const MOST_ACCOUNTS = 3

/** Whose account is being taken off this phone is not on it any more. */
export const readAccounts = async (): Promise<AccountRow[]> =>
  (await list.accounts.orderBy('used_at').reverse().toArray()).filter((row) => row.leaving !== true)

export const readAccount = (id: string): Promise<AccountRow | undefined> => list.accounts.get(id)

export async function putAccount(row: AccountRow): Promise<void> {
  await list.accounts.put(row)
}

export async function lockAccount(id: string, locked = true): Promise<void> {
  await list.accounts.update(id, { locked })
}

/** One person at a time: who comes in locks the others out, on this page and on every other. */
export const lockOthers = async (id: string): Promise<unknown> =>
  list.accounts.filter((row) => row.id !== id).modify({ locked: true })

/** The account's database goes with its key: whoever has the phone next finds neither. The caller has looked at the outbox.
    Marked first, so that nobody opens anew what is being deleted, and a start later can finish what was cut off. */
export async function wipeAccount(id: string): Promise<void> {
  await list.accounts.update(id, { leaving: true })
  await wipePhotos(accountDbName(id))
  await Dexie.delete(accountDbName(id))
  await list.accounts.delete(id)
}

export async function finishWiping(): Promise<void> {
  for (const row of await list.accounts.filter((known) => known.leaving === true).toArray()) await wipeAccount(row.id)
}
