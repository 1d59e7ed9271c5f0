/* A session goes from its trainer's phone to the screen at the door, where neither has a network. The screen brings it to the server as
   well: whoever is there first. */
import type { AccountDb } from '../../db/account/account'
import { readFew } from '../../db/book/docs'
import { readOpsOf } from '../../db/book/history'
import { KINDS } from '../../sync/envelope'
import { check } from '../../sync/rules'
import { author, draw, transferId } from '../meet/give'
import { carry, facts, prove } from '../meet/take'
import { isRefused, type Refused } from '../refused'

/** What each picture says. */
export async function showSession(db: AccountDb, session: string, origin: string): Promise<{ texts: string[] } | Refused> {
  const who = await author(db)
  if ('refused' in who) return who
  const ops = (await readOpsOf(db, session)).map(({ op }) => op).filter((op) => op.kid === who.device && op.kind === 'session.opened')
  if (!ops.length) return { refused: 'written_elsewhere' }
  const texts = draw(KINDS.session, who.certificate, ops, origin, transferId())
  return texts ? { texts } : { refused: 'too_much_to_show' }
}

/** For a kiosk: the session a trainer of its own base shows. Kept like one that came from the server. */
export async function takeSession(db: AccountDb, base: string, kind: number, raw: Uint8Array, now: number): Promise<{ session: string } | Refused> {
  if (kind !== KINDS.session) return { refused: 'no_session' }
  const proven = await prove(db, kind, raw, now)
  if (isRefused(proven)) return proven
  const [op] = proven.ops
  if (!op || op.book !== base) return { refused: 'no_session' }
  const docs = await readFew(db, base, [base, op.doc])
  const refusal = docs.has(op.doc) ? null : check(docs, op, facts(op))
  if (refusal) return { refused: refusal.word }
  return (await carry(db, [op], now)) ?? { session: op.doc }
}
