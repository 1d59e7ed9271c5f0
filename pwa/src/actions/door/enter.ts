/* Stories about coming in: activate, log in, unlock. */
import { accountDb, type AccountDb } from '../../db/account/account'
import { MOST_ACCOUNTS, putAccount, readAccounts } from '../../db/account/accounts'
import { shut } from '../../db/account/handle'
import { putCertificate } from '../../db/account/keys'
import { dropMeta, putMeta, readMeta } from '../../db/account/meta'
import { askAnew } from '../../db/book/outbox'
import { isAnswer, refusedBy, type Door } from './door'
import { enrol, findKey, type Wish } from './enrol'
import { closeSigning, openSigning, prove } from './pin'
import { whatItKeeps } from './probe'
import type { Slip } from './slip'
import { tried, type Refused } from '../refused'

export { MOST_ACCOUNTS }

interface Me {
  person: { id: string; name: string; login: string }
  epoch: string
  server_key: { crv: string; kty: string; x: string; y: string }
  certificate?: string | null
}

interface Entered {
  person: string
  /** This phone cannot keep a key: the one it signs with is gone with the page, and saved means the server has it. */
  online_only: boolean
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
  const { key, stored } = await findKey(db)
  await putMeta(db, 'once', wish.once === true || !stored)
  if (key) await enrol(door.as(me.person.id), db, key, me.person.login, device, now)
  closeSigning(db)
  prove(db, now)
  const entered = await welcome(db, me, stored, now)
  shut(db)
  return entered
}

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
