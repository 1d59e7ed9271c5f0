/* Stories about coming and going: activate, log in, unlock, log out. */
import { accountDb, type AccountDb } from '../../db/account/account'
import { lockAccount, markLeaving, MOST_ACCOUNTS, putAccount, readAccounts, wipeAccount } from '../../db/account/accounts'
import { shut } from '../../db/account/handle'
import { endLoan, lendKey, lentKey, lentKeys, putCertificate, putKey, readKey, readStoredKey, storeKey } from '../../db/account/keys'
import { dropMeta, putMeta, readMeta } from '../../db/account/meta'
import { queueNamed } from '../../db/form/named'
import { askAnew, closeOutbox, countUnsaved, isEmpty } from '../../db/book/outbox'
import { countUnsavedPhotos } from '../../db/form/photos'
import { enrolKey, enrolmentProof, makeKey, type DeviceKey, type Keyring } from '../../device/key'
import { isPin, makePin } from '../../device/pin'
import { isOnce } from '../book/delivery'
import { isAnswer, refusedBy, wordOf, type Door } from './door'
import { tried, type Refused } from '../refused'
import { whatItKeeps } from './probe'
import { closeSigning, isProven, openSigning, prove, unprove } from './signing'

interface Me {
  person: { id: string; name: string; login: string }
  epoch: string
  server_key: { crv: string; kty: string; x: string; y: string }
  certificate?: string | null
}

interface Slip {
  login: string
  code: string
}

/** How the person calls this phone, and whether others use it as well. */
interface Wish {
  label: string
  shared: boolean
  /** Nothing may stay here: WeChat's own browser. */
  once?: boolean
}

interface Entered {
  person: string
  /** This phone cannot keep a key: the one it signs with is gone with the page, and saved means the server has it. */
  online_only: boolean
}

const SLIP = /^(\S{1,64})\.([0-9A-Za-z-]{10,14})$/

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

/** The part after # of an activation link: `<login>.<code>`. */
export function readSlip(fragment: string): Slip | null {
  const [, login, code] = SLIP.exec(unescaped(fragment.replace(/^#/, ''))) ?? []
  return login && code ? { login, code } : null
}

const ringOf = (db: AccountDb): Keyring => ({ load: () => readStoredKey(db), save: (key) => storeKey(db, key) })

async function welcome(db: AccountDb, me: Me, stored: boolean, now: number): Promise<Entered> {
  const { id, name, login } = me.person
  await dropMeta(db, 'leaving')
  await putMeta(db, 'person', { id, name, login })
  await putMeta(db, 'server_key', me.server_key)
  await putMeta(db, 'online_only', !stored)
  if (stored && me.certificate) await putCertificate(db, me.certificate)
  await askAnew(db)
  await putAccount({ id, name, login, used_at: now, locked: false })
  return { person: id, online_only: !stored }
}

export async function checkSlip(door: Door, slip: Slip): Promise<{ name: string } | Refused> {
  const got = await door.post<{ name: string }>('/api/activation/check', slip)
  return isAnswer(got) ? got.answer : refusedBy(got)
}

/** Why nobody, or not this person, can come in on this phone: told before anything is asked of the server. */
async function whyClosed(login: string): Promise<Refused | null> {
  if ((await whatItKeeps()) === 'nothing') return { refused: 'keeps_nothing' }
  return (await hasRoom(login)) ? null : { refused: 'accounts_full' }
}

/** Whoever is on this phone already comes in again; a further one only while there are fewer than MOST_ACCOUNTS. */
export async function hasRoom(login = ''): Promise<boolean> {
  const known = await readAccounts()
  return known.length < MOST_ACCOUNTS || known.some((row) => row.login.toLowerCase() === login.toLowerCase())
}

/** Sets the password, then the key: the account's database is named by the person, whom only the answer tells us. */
export async function activate(
  door: Door,
  slip: Slip,
  wish: Wish & { password: string },
  now: number,
): Promise<Entered | Refused> {
  const { password, label, shared } = wish
  const closed = await whyClosed(slip.login)
  if (closed) return closed
  const got = await door.post<Me>('/api/activation', { ...slip, proof: null, password, label, shared })
  if (!isAnswer(got)) return refusedBy(got)
  // The code is used up and the password stands: whatever the phone does now, the way in is the log-in.
  return tried(enter(door, got.answer, wish, now), 'activated_only')
}

export async function logIn(
  door: Door,
  who: { login: string; password: string },
  device: Wish,
  now: number,
): Promise<Entered | Refused> {
  const closed = await whyClosed(who.login)
  if (closed) return closed
  const got = await door.post<Me>('/api/login', { ...who, kind: 'phone' })
  if (!isAnswer(got)) return refusedBy(got)
  return enter(door, got.answer, device, now)
}

async function enter(door: Door, me: Me, wish: Wish, now: number): Promise<Entered> {
  const db = accountDb(me.person.id)
  // Once called shared, a phone stays so: the log-in form does not ask again.
  const device = { ...wish, shared: wish.shared || (await readMeta(db, 'shared')) === true }
  await putMeta(db, 'shared', device.shared)
  const stored = await enrolKey(ringOf(db))
  const key = stored ?? (await borrowed(db))
  if (stored) endLoan(db)
  await putMeta(db, 'once', wish.once === true || !stored)
  if (key) await enrol(door.as(me.person.id), db, key, me.person.login, device, now)
  closeSigning(db)
  prove(db, now)
  const entered = await welcome(db, me, stored !== null, now)
  shut(db)
  return entered
}

/** The key of a browser that stores none: made once a page. null where keys cannot be made either; such a phone only reads. */
async function borrowed(db: AccountDb): Promise<DeviceKey | null> {
  if (!lentKey(db)) await makeKey().then((key) => lendKey(db, key)).catch(() => undefined)
  return lentKey(db) ?? null
}

/** Shows the server the key at every log-in: a known one changes nothing, and one that was retired meanwhile gets a successor.
    Without an answer nothing is lost: the loop asks again after the next exchange. */
async function enrol(door: Door, db: AccountDb, key: DeviceKey, login: string, device: Wish, now: number): Promise<void> {
  const { label, shared } = device
  const proof = await enrolmentProof(key, login, now)
  const got = await door.post<{ certificate: string }>('/api/devices', { proof, label, shared })
  if (isAnswer(got)) {
    await dropMeta(db, 'enrol_word')
    return putCertificate(db, got.answer.certificate)
  }
  const word = wordOf(got)
  if (word !== 'device_ended') return putMeta(db, 'enrol_word', word)
  const successor = await makeKey()
  await putKey(db, successor)
  const again = await door.post<{ certificate: string }>('/api/devices', {
    ...{ label, shared },
    proof: await enrolmentProof(successor, login, now),
  })
  if (isAnswer(again)) await putCertificate(db, again.answer.certificate)
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

/** Opens a locked account without a network; the PIN counts as given for signing too. */
export async function unlock(person: string, typed: string, now: number): Promise<null | Refused> {
  const db = accountDb(person)
  try {
    // Its leaving was cut off: the key may be retired already, and only a log-in gives it a successor.
    if ((await readMeta(db, 'leaving')) === true) return { refused: 'login' }
    const refused = await openSigning(db, typed, now)
    if (refused) return refused.refused === 'pin_unset' ? { refused: 'login' } : refused
    const account = (await readAccounts()).find((row) => row.id === person)
    if (account) await putAccount({ ...account, used_at: now, locked: false })
    return null
  } finally {
    shut(db)
  }
}

/** Locks: the key, the ops and the documents stay on this phone. Works without a network. Where nothing may stay, the account goes
    too, unless the server cannot be told that its key is no more. */
export async function logOut(door: Door, person: string): Promise<void> {
  await lockAccount(person)
  const db = accountDb(person)
  closeSigning(db)
  const goes = (await isOnce(db)) && (await isEmpty(db)) && (await unsavedPhotos(db)) === 0 && (await closeOutbox(db)) && (await retired(door, db, person))
  shut(db)
  if (goes) {
    endLoan(db)
    await wipeAccount(person)
  }
  await door.as(person).post('/api/logout', {})
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
  endLoan(db)
  await wipeAccount(person)
  await door.as(person).post('/api/logout', {})
  return null
}

export { isPin, MOST_ACCOUNTS, readAccounts as listAccounts }
