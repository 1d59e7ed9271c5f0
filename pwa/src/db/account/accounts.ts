/* Which accounts live on this phone. Nothing of their content is here. */
import { Dexie, type EntityTable } from 'dexie'
import { accountDb, accountDbName } from './account'
import { wipePhotos } from '../form/photos'
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

/** Whether more than one person writes on this phone. */
export const isForSeveral = async (): Promise<boolean> => (await list.accounts.filter(({ leaving }) => leaving !== true).count()) > 1

export const readAccount = (id: string): Promise<AccountRow | undefined> => list.accounts.get(id)

export async function putAccount(row: AccountRow): Promise<void> {
  await list.accounts.put(row)
}

export async function lockAccount(id: string, locked = true): Promise<void> {
  await list.accounts.update(id, { locked })
}

/** One person at a time: who comes in locks the others out, on this page and on every other. */
export async function lockOthers(id: string): Promise<void> {
  const awake = list.accounts.filter((row) => row.id !== id && !row.locked)
  // Nearly always there is nobody, and then nothing is written.
  if ((await awake.count()) > 0) await awake.modify({ locked: true })
}

/** From here on nobody opens it anew, and a later start finishes what was cut off. The caller has looked at what waits. */
export async function markLeaving(id: string): Promise<void> {
  await list.accounts.update(id, { leaving: true })
}

/** The account's database goes with its key: whoever has the phone next finds neither. */
export async function wipeAccount(id: string): Promise<void> {
  await markLeaving(id)
  await wipePhotos(accountDbName(id))
  await Dexie.delete(accountDbName(id))
  await list.accounts.delete(id)
}

export async function finishWiping(): Promise<void> {
  for (const row of await list.accounts.filter((known) => known.leaving === true).toArray()) await wipeAccount(row.id)
  await dropLeftovers()
}

const OWN = /^jiangji-(?!accounts$|probe$)(?:photos-)?(.+)$/

/** What a late answer wrote after its account had gone. Whatever holds a key or work is spared: a log-in that is under way has not
    listed its account yet. */
async function dropLeftovers(): Promise<void> {
  const idb: { databases?: () => Promise<IDBDatabaseInfo[]> } = indexedDB
  const found = (await idb.databases?.()) ?? []
  const listed = new Set(await list.accounts.toCollection().primaryKeys())
  const ids = new Set(found.map(({ name }) => OWN.exec(name ?? '')?.[1] ?? ''))
  for (const id of ids) if (id && !listed.has(id) && (await isLeftover(id))) await wipeAccount(id)
}

async function isLeftover(id: string): Promise<boolean> {
  const db = accountDb(id)
  const kept = [db.keys.count(), db.outbox.count(), db.meta.where('name').anyOf('person', 'shared').count()]
  const counts = await Promise.all(kept)
  db.close()
  return counts.every((count) => count === 0)
}
