/* Make one op: number it, write it, judge it by the book as this phone knows it, sign it, keep it. In this order, and the
   signature outside every transaction. */
import type { AccountDb } from '../db/account'
import { readView } from '../db/docs'
import { isTrouble } from '../db/handle'
import { readKey, takeCount } from '../db/keys'
import { readMeta } from '../db/meta'
import { keepOps } from '../db/outbox'
import { salt } from '../device/bytes'
import { sign } from '../device/key'
import { isRefusal } from '../sync/errors'
import { opId, parseOp, signingInput, withSignature, type Payload } from '../sync/op'
import { check } from '../sync/rules'
import type { Refused } from './door'
import { maySign } from './signing'

interface Act {
  book: string
  kind: string
  doc: string
  of: string | null
  deps: string[]
  body: Record<string, unknown>
}

export interface Made {
  id: string
  doc: string
}

export async function makeOp(db: AccountDb, act: Act, now: number): Promise<Made | Refused> {
  const key = await readKey(db)
  const person = await readMeta(db, 'person')
  if (!key || !person) return { refused: 'online_only' }
  // The server would refuse for good what a key it has never seen has signed.
  if (key.certificate === null) return { refused: (await readMeta(db, 'enrol_word')) ?? 'not_enrolled' }
  const closed = await maySign(db, now)
  if (closed) return closed
  const seen = (await readMeta(db, 'server_now')) ?? 0
  const { book, kind, body, doc, of, deps } = act
  const count = await takeCount(db)
  const payload: Payload = { v: 1, book, kind, body, doc, of, deps, by: person.id, count, at: now, seen, salt: salt() }
  const input = signingInput(key.id, payload)
  const id = opId(input)
  const jws = withSignature(input, await sign(key, input))
  const op = parseOp(jws)
  if (isRefusal(op)) return { refused: op.word }
  const named = [...deps, ...(of === null ? [] : [of])]
  const { docs } = await readView(db, book)
  const refusal = check(docs, op, { desk: false, accepted: new Set(named), refused: new Set(), held: false })
  if (refusal) return { refused: refusal.word }
  const kept = await keepOps(db, [{ id, jws, book, doc, kind, at: now, carried: false }])
  return isTrouble(kept) ? { refused: kept.trouble } : { id, doc }
}
