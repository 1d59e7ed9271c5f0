/* Stories about hours. */
import type { AccountDb } from '../db/account'
import { putMeta, readMeta } from '../db/meta'
import { uuid } from '../device/bytes'
import { askToPersist } from '../device/persist'
import type { Refused } from './door'
import { makeOp, type Made } from './make'
import { composed } from './text'

export interface Hours {
  book: string
  day: string
  start: number
  end: number
  break: number
  module: string
  nature: string
  place_kind: string
  place: string | null
  text: string
  safety: boolean
}

/** After the first save the browser is asked to keep what it holds; what it answers is kept to be shown. */
async function persistOnce(db: AccountDb): Promise<void> {
  if ((await readMeta(db, 'persisted')) === true) return
  await putMeta(db, 'persisted', await askToPersist())
}

/** `entry.logged`: safe on this phone when it returns, network or not. */
export async function logHours(db: AccountDb, hours: Hours, now: number): Promise<Made | Refused> {
  const { book, ...fields } = hours
  const text = composed(hours.text)
  if (text === null) return { refused: 'stray_character' }
  const shared = (await readMeta(db, 'shared')) === true
  const body = { ...fields, text, photos: [], shared, late_reason: null, presence: null }
  const made = await makeOp(db, { book, kind: 'entry.logged', doc: uuid(), of: null, deps: [], body }, now)
  if (!('refused' in made)) void persistOnce(db).catch(() => undefined)
  return made
}
