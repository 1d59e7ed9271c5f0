/* A server's key, and two phones that know each other: an apprentice's and his master's. */
import { accountDb, type AccountDb } from '../../src/db/account/account'
import { putKey } from '../../src/db/account/keys'
import { putMeta } from '../../src/db/account/meta'
import { makeKey, sign, type DeviceKey } from '../../src/device/key'
import { logHours, type Hours } from '../../src/actions/book/hours'
import type { Shown } from '../../src/actions/meet/give'
import { Collector, type Heard } from '../../src/actions/meet/collect'
import { isRefused, type Refused } from '../../src/actions/refused'
import { signingInput, withSignature } from '../../src/sync/op'
import { BOOK, hours, LIN } from '../cast'
import { MASTER, mentorHead } from '../mentors'

export const ORIGIN = 'https://jiangji.example'
export const NOW = Date.parse('2026-11-20T10:00Z')
export const DAY_MS = 24 * 3600 * 1000
export const NAMES: Record<string, string> = { [LIN]: '林一', [MASTER]: '陈师傅' }

let phones = 0

export async function certify(server: DeviceKey, device: DeviceKey, person: string, change: object = {}): Promise<string> {
  const body = {
    ...{ v: 1, person, name: NAMES[person] ?? '', device: device.id, jwk: device.jwk, roles: [], issued: NOW, expires: NOW + 90 * DAY_MS },
    ...change,
  }
  const input = signingInput(server.id, body, 'jj-cert')
  return withSignature(input, await sign(server, input))
}

export interface Cast {
  server: DeviceKey
  apprentice: AccountDb
  mentor: AccountDb
}

/** One account on a phone of its own; without `knows` the book is not on it. */
export async function make(server: DeviceKey, person: string, knows = true, change: object = {}): Promise<AccountDb> {
  phones += 1
  const db = accountDb(`meet-${phones}`)
  const key = await makeKey()
  await putKey(db, { ...key, certificate: await certify(server, key, person, change) })
  await putMeta(db, 'person', { id: person, name: NAMES[person] ?? '', login: person.slice(0, 8) })
  await putMeta(db, 'server_key', server.jwk)
  if (!knows) return db
  await db.docs.put({ book: BOOK, id: BOOK, seq: 1, body: mentorHead })
  await db.books.put({ id: BOOK, seq: 1, chain: '', resetting: null })
  return db
}

export async function meeting(): Promise<Cast> {
  const server = await makeKey()
  return { server, apprentice: await make(server, LIN), mentor: await make(server, MASTER) }
}

/** The ids of so many entries, written a day each. */
export async function log(db: AccountDb, many: number, change: Partial<Hours> = {}): Promise<string[]> {
  const ids: string[] = []
  for (let n = 0; n < many; n += 1) {
    const made = await logHours(db, { ...hours, start: 60 * (8 + n), end: 60 * (9 + n), break: 0, text: `第 ${n + 1} 段`, ...change }, NOW)
    if (isRefused(made)) throw new Error(made.refused)
    ids.push(made.doc)
  }
  return ids
}

export function shown(given: Shown | Refused): Shown {
  if (isRefused(given)) throw new Error(given.refused)
  return given
}

/** What a scanner hears of a transfer whose frames come in this order. */
export function scan(texts: readonly string[]): Heard {
  const collector = new Collector(ORIGIN)
  let heard: Heard = { as: 'trouble', word: 'not_ours' }
  for (const text of texts) heard = collector.hear(text, NOW)
  return heard
}

export function raw(texts: readonly string[]): Uint8Array {
  const heard = scan(texts)
  if (heard.as !== 'whole') throw new Error(JSON.stringify(heard))
  return heard.raw
}
