/* Stories about alerts. The browser has one push address for all accounts of a phone; the server keeps whom it may tell there. */
import type { AccountDb } from '../../db/account/account'
import { dropMeta, putMeta, readMeta } from '../../db/account/meta'
import { askForPush, dropPush, pushAddress, whyNoPush, type Address, type NoPush } from '../../device/push'
import { isAnswer, type Door, type Knock } from './door'
import type { Refused } from '../refused'

export { whyNoPush }

const isAddress = (got: Address | NoPush): got is Address => typeof got === 'object'

/** Whether this account is told on this phone: the browser still has the address the server was given. */
export async function isPushOn(db: AccountDb): Promise<boolean> {
  const told = await readMeta(db, 'push')
  return told !== undefined && (await pushAddress())?.endpoint === told
}

/** A push service the server does not write to is as good as none. */
const whyNot = (knock: Knock<unknown>): Refused => ({ refused: knock.as === 'refused' ? 'none_service' : 'none_server' })

async function tell(db: AccountDb, door: Door, address: Address): Promise<null | Refused> {
  const got = await door.put('/api/push', address)
  if (!isAnswer(got)) return whyNot(got)
  await putMeta(db, 'push', address.endpoint)
  return null
}

interface Described {
  key: string
  /** Whether the server has an address for this log-in. */
  subscribed: boolean
}

/** Only from a tap on the switch. */
export async function turnPushOn(db: AccountDb, door: Door): Promise<null | Refused> {
  const got = await door.get<Described>('/api/push')
  if (!isAnswer(got)) return whyNot(got)
  const address = await askForPush(got.answer.key)
  return isAddress(address) ? tell(db, door, address) : { refused: address }
}

/** The server forgets the address for this log-in. The browser's own goes too when nobody else uses this phone: `alone`. */
export async function turnPushOff(db: AccountDb, door: Door, alone: boolean): Promise<null | Refused> {
  const got = await door.drop('/api/push', {})
  if (!isAnswer(got)) return whyNot(got)
  await dropMeta(db, 'push')
  if (alone) await dropPush()
  return null
}

/** The browser may change the address by itself, and a new log-in has none: whoever had alerts on goes on being told. */
export async function keepPushOn(db: AccountDb, door: Door): Promise<void> {
  const told = await readMeta(db, 'push')
  if (told === undefined || whyNoPush() !== null) return
  const address = await pushAddress()
  const got = await door.get<Described>('/api/push')
  if (address && isAnswer(got) && (address.endpoint !== told || !got.answer.subscribed)) await tell(db, door, address)
}
