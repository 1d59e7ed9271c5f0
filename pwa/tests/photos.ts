/* Photos for the tests: taken, named by an entry, brought to a server that does as it is told. */
import { expect } from 'vitest'
import { isRefused } from '../src/actions/refused'
import { logHours } from '../src/actions/book/hours'
import type { AccountDb } from '../src/db/account/account'
import { readFormPhotos } from '../src/db/form/drafts'
import { dropOldPictures, keepPhoto, readPhotos, type PhotoRow } from '../src/db/form/photos'
import { hashOf, type Bytes } from '../src/device/bytes'
import { sendPhotos } from '../src/net/photos'
import { hours } from './cast'
import { json } from './world'

export const DAY = 24 * 3600 * 1000
export const NOW = 1_780_000_000_000
let made = 0

export const thumb = new Uint8Array([1])

export async function taken(db: AccountDb, now = NOW): Promise<string> {
  made += 1
  const bytes: Bytes = new Uint8Array([255, 216, made >> 8, made & 255])
  const hash = await hashOf(bytes)
  expect(await keepPhoto(db, { hash, bytes, thumb }, true, now)).toBeNull()
  return hash
}

/** A photo in a saved entry. */
export async function logged(db: AccountDb, now = NOW): Promise<string> {
  const hash = await taken(db, now)
  const done = await logHours(db, { ...hours, photos: [hash] }, now)
  if (isRefused(done)) throw new Error(done.refused)
  return hash
}

export const one = async (db: AccountDb, hash: string): Promise<PhotoRow> => (await readPhotos(db, [hash]))[0]!

/** The server's part: what it has, what it wants to be brought, and what it says to a PUT. */
export class Blobs {
  readonly has = new Set<string>()
  readonly asked: string[] = []
  put: (hash: string) => Response | null = () => null

  fetching = async (path: string, init: RequestInit): Promise<Response> => {
    const hash = path.split('/').pop()!
    this.asked.push(`${init.method} ${hash}`)
    if (init.method === 'HEAD') return this.has.has(hash) ? new Response(null, { status: 204 }) : json({ word: 'not_found' }, 404)
    const said = this.put(hash)
    if (said) return said
    const bytes: Bytes = new Uint8Array(await (init.body as Blob).arrayBuffer())
    if ((await hashOf(bytes)) !== hash) return json({ word: 'hash_differs' }, 400)
    this.has.add(hash)
    return new Response(null, { status: 204 })
  }

  puts(): number {
    return this.asked.filter((line) => line.startsWith('PUT')).length
  }
}

/** What the queue does after each round, with what the server's clock said last. */
export const sweep = async (db: AccountDb, heard_at: number, short = false) => dropOldPictures(db, await readFormPhotos(db), heard_at, short)

export const send = (db: AccountDb, { fetching }: Blobs, now = NOW) => sendPhotos({ db, account: 'lin', fetching, now: () => now })
