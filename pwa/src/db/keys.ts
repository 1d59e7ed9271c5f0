/* The device's key pair, in the same database as the ops it signs: key gone = outbox gone = new device. */
import type { AccountDb } from './account'
import { alive } from './handle'
import type { KeyRow } from './rows'

export const readKey = (db: AccountDb): Promise<KeyRow | undefined> => alive(db, () => db.keys.get('device'))

export async function putKey(db: AccountDb, row: KeyRow): Promise<void> {
  await alive(db, () => db.keys.put(row))
}

export async function putCertificate(db: AccountDb, certificate: string): Promise<void> {
  await alive(db, () => db.keys.update('device', { certificate }))
}

/** Take the next `many` numbers of this key and return the first. A number may stay unused; it is never given twice, not even to
    two tabs. */
export const takeCounts = (db: AccountDb, many: number): Promise<number> =>
  alive(db, () =>
    db.transaction('rw', db.keys, async () => {
      const row = await db.keys.get('device')
      const last = row?.count ?? 0
      await db.keys.update('device', { count: last + many })
      return last + 1
    }),
  )
