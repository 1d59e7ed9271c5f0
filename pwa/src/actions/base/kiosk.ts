/* The code on a kiosk's screen: made anew every half minute, by the key of the kiosk alone. */
import type { AccountDb } from '../../db/account/account'
import { readKey } from '../../db/account/keys'
import { readMeta } from '../../db/account/meta'
import { chance } from '../../device/bytes'
import { deflate } from '../../device/deflate'
import { sign } from '../../device/key'
import { codeInput, packCode, turnOf, type Code } from '../../sync/code'
import { cut, KINDS } from '../../sync/envelope'
import { withSignature } from '../../sync/op'
import { PATH } from '../meet/collect'
import type { Refused } from '../refused'

/** Chance enough that nobody knows a code before it is shown, and no more than one picture holds. */
const NONCE_BYTES = 8

export interface Drawn {
  turn: number
  /** What each picture says; nearly always there is one. */
  texts: string[]
}

/** For the half minute in which `now` lies. */
export async function drawCode(db: AccountDb, said: Omit<Code, 'turn'>, now: number, origin: string): Promise<Drawn | Refused> {
  const key = await readKey(db)
  if (!key) return { refused: 'online_only' }
  if (key.certificate === null) return { refused: (await readMeta(db, 'enrol_word')) ?? 'not_enrolled' }
  const turn = turnOf(now)
  const input = codeInput(key.id, { ...said, turn }, chance(NONCE_BYTES))
  const raw = packCode({ certificate: key.certificate, code: withSignature(input, await sign(key, input)) })
  // Two codes one after the other are never taken for frames of one.
  const digits = raw && cut(deflate(raw), KINDS.presence, turn >>> 0)
  return digits ? { turn, texts: digits.map((one) => `${origin}${PATH}${one}`) } : { refused: 'too_much_to_show' }
}
