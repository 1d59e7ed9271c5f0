/* The device's key pair, in the same database as the ops it signs: key gone = outbox gone = new device. A browser that cannot
   store one gets a key that is lent: it lives in memory, is gone with the page, and its account is online-only. */
import type { AccountDb } from './account'
import { alive } from './handle'
import type { KeyRow } from './rows'

/** By the name of the account's database. */
const lent = new Map<string, KeyRow>()

export const readStoredKey = (db: AccountDb): Promise<KeyRow | undefined> => alive(db, () => db.keys.get('device'))

export async function storeKey(db: AccountDb, row: KeyRow): Promise<void> {
  await alive(db, () => db.keys.put(row))
}

export const lendKey = (db: AccountDb, row: KeyRow): unknown => lent.set(db.name, row)

export const lentKey = (db: AccountDb): KeyRow | undefined => lent.get(db.name)

export const endLoan = (db: AccountDb): unknown => lent.delete(db.name)

/** Whose keys end with this page: known at once, for a page that is closing has no time to ask. */
export const lentKeys = (): { person: string; key: string }[] =>
  [...lent].map(([name, { id }]) => ({ person: name.replace(/^jiangji-/, ''), key: id }))

export const readKey = async (db: AccountDb): Promise<KeyRow | undefined> => lent.get(db.name) ?? readStoredKey(db)

export async function putKey(db: AccountDb, row: KeyRow): Promise<void> {
  if (lent.has(db.name)) lendKey(db, row)
  else await storeKey(db, row)
}

export async function putCertificate(db: AccountDb, certificate: string): Promise<void> {
  const mine = lent.get(db.name)
  if (mine) lendKey(db, { ...mine, certificate })
  else await alive(db, () => db.keys.update('device', { certificate }))
}

/** For who has begun a transaction over keys. It has begun when the database answers: only then is a lent key looked at, which
    otherwise knows no transaction. */
export async function selectKey(db: AccountDb): Promise<KeyRow | undefined> {
  const stored = await db.keys.get('device')
  return lent.get(db.name) ?? stored
}

/** False when it is no longer as it was read: another tab has taken numbers of it, and no number is given twice. */
export const isAsRead = (key: KeyRow | undefined, read: Pick<KeyRow, 'id' | 'count'>): key is KeyRow =>
  key?.id === read.id && key.count === read.count

/** The next `many` numbers of this key are taken, in the transaction that read it and keeps what bears them. */
export async function takeCounts(db: AccountDb, key: KeyRow, many: number): Promise<void> {
  const counted = { ...key, count: key.count + many }
  if (lent.has(db.name)) lendKey(db, counted)
  else await db.keys.put(counted)
}
