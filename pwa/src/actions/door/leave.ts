/* Stories about going: log out, take the account off this phone, retire a key that goes with the page. */
import { accountDb, type AccountDb } from '../../db/account/account'
import { lockAccount, markLeaving, wipeAccount } from '../../db/account/accounts'
import { shut } from '../../db/account/handle'
import { endLoan, lentKeys, readKey } from '../../db/account/keys'
import { dropMeta } from '../../db/account/meta'
import { closeOutbox, countUnsaved, isEmpty } from '../../db/book/outbox'
import { queueNamed } from '../../db/form/named'
import { countUnsavedPhotos } from '../../db/form/photos'
import { forgetTakenBack, isOnce } from '../book/delivery'
import { isAnswer, type Door } from './door'
import { closeSigning } from './pin'
import type { Refused } from '../refused'

/** Locks: the key, the ops and the documents stay on this phone. Works without a network. Where nothing may stay, the account goes
    too, unless the server cannot be told that its key is no more. */
export async function logOut(door: Door, person: string): Promise<void> {
  await lockAccount(person)
  const db = accountDb(person)
  closeSigning(db)
  const goes = (await isOnce(db)) && (await isEmpty(db)) && (await unsavedPhotos(db)) === 0 && (await closeOutbox(db)) && (await retired(door, db, person))
  shut(db)
  if (goes) await wipe(db, person)
  await door.as(person).post('/api/logout', {})
}

async function wipe(db: AccountDb, person: string): Promise<void> {
  endLoan(db)
  forgetTakenBack(db)
  await wipeAccount(person)
}

/** This page is going, and with it the keys that were never stored: nobody can use them again, so the server hears it, if it can. */
export function retireLent(door: Door): void {
  for (const { person, key } of lentKeys()) void door.as(person).post(`/api/devices/${key}/revoke`, { how: 'retired' })
}

/** Not retired, the key stays, and with it the account. */
async function retired(door: Door, db: AccountDb, person: string): Promise<boolean> {
  const known = await retireKey(door, db, person)
  if (!known) await dropMeta(db, 'leaving')
  return known
}

/** True when the server knows, or has ended the log-in and with it the chance to tell it. */
async function retireKey(door: Door, db: AccountDb, person: string): Promise<boolean> {
  const key = await readKey(db)
  if (!key) return true
  const got = await door.as(person).post(`/api/devices/${key.id}/revoke`, { how: 'retired' })
  return isAnswer(got) || got.as === 'refused' || got.as === 'login'
}

/** Photos of saved work that are nowhere else. */
async function unsavedPhotos(db: AccountDb): Promise<number> {
  await queueNamed(db, Date.now())
  return countUnsavedPhotos(db)
}

/** Not while this phone holds work that is nowhere else. */
export async function mayLeave(db: AccountDb): Promise<null | Refused> {
  if ((await countUnsaved(db)) > 0) return { refused: 'unsent_work' }
  return (await unsavedPhotos(db)) > 0 ? { refused: 'unsent_photos' } : null
}

/** Once the outbox is closed no save can name another photo, so what is counted then can only become less. */
async function closeAll(db: AccountDb): Promise<null | Refused> {
  if (!(await closeOutbox(db))) return { refused: 'unsent_work' }
  if ((await unsavedPhotos(db)) === 0) return null
  await dropMeta(db, 'leaving')
  return { refused: 'unsent_photos' }
}

/** Takes the account off this phone. Whatever another tab wants to save from here on is refused there, not deleted here.
    Locked first: cut off half-way, the account asks for the password, which opens it for saving again. */
export async function leavePhone(door: Door, person: string): Promise<null | Refused> {
  const db = accountDb(person)
  await lockAccount(person)
  const refused = await closeAll(db)
  if (!refused) {
    await markLeaving(person)
    // What is exported or with a person may still be judged: its key must not be called retired.
    if (await isEmpty(db)) await retireKey(door, db, person)
  }
  shut(db)
  if (refused) {
    await lockAccount(person, false)
    return refused
  }
  await wipe(db, person)
  await door.as(person).post('/api/logout', {})
  return null
}
