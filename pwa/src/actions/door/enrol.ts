/* The key of this phone: made or found here, shown to the server, certified by it. */
import type { AccountDb } from '../../db/account/account'
import { endLoan, lendKey, lentKey, putCertificate, putKey, readStoredKey, storeKey } from '../../db/account/keys'
import { dropMeta, putMeta } from '../../db/account/meta'
import { enrolKey, enrolmentProof, makeKey, type DeviceKey, type Keyring } from '../../device/key'
import { isAnswer, wordOf, type Door } from './door'

/** How the person calls this phone, and whether others use it as well. */
export interface Wish {
  label: string
  shared: boolean
  /** Nothing may stay here: WeChat's own browser. */
  once?: boolean
}

const ringOf = (db: AccountDb): Keyring => ({ load: () => readStoredKey(db), save: (key) => storeKey(db, key) })

/** What this browser keeps, else what it lends to this page. `stored` tells which; null where keys cannot be made either. */
export async function findKey(db: AccountDb): Promise<{ key: DeviceKey | null; stored: boolean }> {
  const stored = await enrolKey(ringOf(db))
  if (!stored) return { key: await borrowed(db), stored: false }
  endLoan(db)
  return { key: stored, stored: true }
}

/** The key of a browser that stores none: made once a page. null where keys cannot be made either; such a phone only reads. */
async function borrowed(db: AccountDb): Promise<DeviceKey | null> {
  if (!lentKey(db)) await makeKey().then((key) => lendKey(db, key)).catch(() => undefined)
  return lentKey(db) ?? null
}

/** Shows the server the key at every log-in: a known one changes nothing, and one that was retired meanwhile gets a successor.
    Without an answer nothing is lost: the loop asks again after the next exchange. */
export async function enrol(door: Door, db: AccountDb, key: DeviceKey, login: string, device: Wish, now: number): Promise<void> {
  const { label, shared } = device
  const show = async (shown: DeviceKey) =>
    door.post<{ certificate: string }>('/api/devices', { proof: await enrolmentProof(shown, login, now), label, shared })
  let got = await show(key)
  if (!isAnswer(got) && wordOf(got) === 'device_ended') {
    const successor = await makeKey()
    await putKey(db, successor)
    got = await show(successor)
  }
  if (!isAnswer(got)) return putMeta(db, 'enrol_word', wordOf(got))
  await dropMeta(db, 'enrol_word')
  await putCertificate(db, got.answer.certificate)
}
