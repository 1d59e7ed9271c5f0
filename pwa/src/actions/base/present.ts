/* Who is there: an apprentice reads the code on a base's kiosk and writes down that he came, and later that he went. */
import type { AccountDb } from '../../db/account/account'
import { readMeta } from '../../db/account/meta'
import { uuid } from '../../device/bytes'
import { readCertificate } from '../../device/certificate'
import { holds, thumbprint, type PublicJwk } from '../../device/key'
import type { PresenceDoc } from '../../sync/book'
import { readCode, unpackCode, type Code } from '../../sync/code'
import { dayOf, minuteOf } from '../../sync/days'
import { isRefusal } from '../../sync/errors'
import { takeApart } from '../../sync/op'
import { makeOp, type Made } from '../book/make'
import type { Refused } from '../refused'

/** A code that a kiosk of ours has signed. Whether it was on the screen just now is for the reader to judge. */
export interface TakenCode {
  code: Code
  /** What the operation will carry. */
  jws: string
  /** How the roster calls the kiosk. */
  kiosk: string
}

/** What was read off the kiosk's screen: is it signed by a device the server vouches for, and is that a kiosk? */
export async function takeCode(db: AccountDb, raw: Uint8Array, now: number): Promise<TakenCode | Refused> {
  const server = (await readMeta(db, 'server_key')) as PublicJwk | undefined
  if (!server) return { refused: 'online_only' }
  const given = unpackCode(raw, await thumbprint(server))
  if (typeof given === 'string') return { refused: given }
  const certificate = await readCertificate(given.certificate, server, now)
  if (certificate === 'stranger') return { refused: 'stranger' }
  if (certificate === 'expired') return { refused: 'certificate_over' }
  if (!certificate.roles.includes('kiosk')) return { refused: 'not_kiosk' }
  const sealed = takeApart(given.code, 'jj-code')
  const code = readCode(given.code)
  if (isRefusal(sealed) || !code || sealed.kid !== certificate.device) return { refused: 'damaged' }
  const signed = await holds(certificate.jwk, sealed.signed, new Uint8Array(sealed.signature))
  return signed ? { code, jws: given.code, kiosk: certificate.name ?? '' } : { refused: 'forged' }
}

/** `presence.checked_in`, with the code as its proof. */
export const checkIn = (db: AccountDb, book: string, { code: { base, workstation }, jws }: TakenCode, now: number): Promise<Made | Refused> => {
  const body = { base, workstation, day: dayOf(now), start: minuteOf(now), code: jws }
  return makeOp(db, { book, kind: 'presence.checked_in', doc: uuid(), of: null, deps: [], body }, now)
}

/** `presence.checked_out`; without a code where the kiosk is out of reach. Whoever goes within the minute was there for one. */
export const checkOut = (db: AccountDb, book: string, { id, day, start }: PresenceDoc, jws: string | null, now: number): Promise<Made | Refused> => {
  const end = dayOf(now) === day ? Math.max(minuteOf(now), start + 1) : 1440
  return makeOp(db, { book, kind: 'presence.checked_out', doc: id, of: null, deps: [], body: { end, code: jws } }, now)
}
