/* The PIN of an account on this phone: set, changed, and given before signing where several people use the phone. That it was given
   is known only to this page, and only for five minutes. */
import { accountDb, type AccountDb } from '../../db/account/account'
import { shut } from '../../db/account/handle'
import { changeMeta, putMeta, readMeta, type Meta } from '../../db/account/meta'
import { charged, isPin, isRight, makePin } from '../../device/pin'
import type { Refused } from '../refused'

export { isPin }

const OPEN_MS = 5 * 60_000

/** When each account's PIN was last given, by the name of its database. A reload or a log-out forgets it. */
const given = new Map<string, number>()

/** When somebody proved by password who he is: then a forgotten PIN is no obstacle to a new one. */
const proven = new Map<string, number>()
const PROVEN_MS = 10 * 60_000

export const prove = (db: AccountDb, now: number): Map<string, number> => proven.set(db.name, now)

const unprove = (db: AccountDb): boolean => proven.delete(db.name)

function isProven(db: AccountDb, now: number): boolean {
  const since = now - (proven.get(db.name) ?? -Infinity)
  return since >= 0 && since < PROVEN_MS
}

export const closeSigning = (db: AccountDb): boolean => [given, proven].map((known) => known.delete(db.name)).some(Boolean)

/** Null when this account may sign now. A clock that was set back opens nothing. */
export function maySign(db: AccountDb, { shared, pin }: Partial<Pick<Meta, 'shared' | 'pin'>>, now: number): null | Refused {
  if (shared !== true) return null
  const since = now - (given.get(db.name) ?? -Infinity)
  if (since >= 0 && since < OPEN_MS) return null
  return { refused: pin ? 'pin_needed' : 'pin_unset' }
}

export async function openSigning(db: AccountDb, typed: string, now: number): Promise<null | Refused> {
  const pin = await changeMeta(db, 'pin', (known) => (now < known.wait_until ? null : charged(known, now)))
  if (!pin) return { refused: 'pin_unset' }
  if (now < pin.wait_until) return { refused: 'pin_wait' }
  if (!(await isRight(pin, typed))) return { refused: now < charged(pin, now).wait_until ? 'pin_wait' : 'pin_wrong' }
  await changeMeta(db, 'pin', (known) => ({ ...known, wrong: 0, wait_until: 0 }))
  given.set(db.name, now)
  return null
}

/** How long nobody may try again, after too many wrong ones. */
export async function pinWaitMs(db: AccountDb, now: number): Promise<number> {
  return Math.max(0, ((await readMeta(db, 'pin'))?.wait_until ?? 0) - now)
}

export async function setPin(db: AccountDb, pin: string): Promise<null | Refused> {
  if (!isPin(pin)) return { refused: 'pin_shape' }
  await putMeta(db, 'pin', await makePin(pin))
  // The password counts for one new PIN, not for the next person's as well.
  unprove(db)
  return null
}

/** Whether a new PIN asks for the old one: not from somebody who has just given his password. */
export const asksForOldPin = async (db: AccountDb, now: number): Promise<boolean> =>
  !isProven(db, now) && (await readMeta(db, 'pin')) !== undefined

/** Whoever has the phone in hand must know the old PIN, or the password, to replace it. */
export async function changePin(db: AccountDb, old: string, pin: string, now: number): Promise<null | Refused> {
  if (!isPin(pin)) return { refused: 'pin_shape' }
  const refused = (await asksForOldPin(db, now)) ? await openSigning(db, old, now) : null
  return refused ?? setPin(db, pin)
}

export async function hasPin(person: string): Promise<boolean> {
  const db = accountDb(person)
  const pin = await readMeta(db, 'pin')
  shut(db)
  return pin !== undefined
}
