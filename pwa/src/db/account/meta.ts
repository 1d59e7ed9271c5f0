/* Single facts the phone remembers about itself and the server. */
import type { RefusalWord } from '../../sync/own'
import { type Sums } from '../../sync/sums'
import type { AccountDb } from './account'
import { alive } from './handle'
import type { PersonRow } from './rows'

export interface Meta {
  epoch: string
  /** The server's clock when it last answered: the `seen` of the next op. */
  server_now: number
  /** How far this phone's clock was ahead of the server's when that answered. */
  clock_ahead: number
  /** When this phone last heard that nothing was left to do, by its own clock. */
  synced_at: number
  server_key: JsonWebKey
  person: { id: string; name: string; login: string }
  pin: PinRow
  /** What navigator.storage.persist() answered. */
  persisted: boolean
  /** The server was found altered or restored; kept until somebody has seen it. */
  alarm: { at: number; books: string[] }
  shared: boolean
  /** A key could not be kept here: this phone shows, but does not write. */
  online_only: boolean
  /** A place that must keep nothing (WeChat): saved means the server has it, and going takes the key along. */
  once: boolean
  /** Why the server did not take this phone's key at the last log-in. */
  enrol_word: RefusalWord
  [draft: `draft:${string}`]: Kept<HoursDraft>
  [claim: `claim:${string}`]: Kept<ClaimDraft>
  /** What a book came to when it was last read, for the moment before it is read again. */
  [sums: `sums:${string}`]: Sums
  timer: Timer
  /** Own texts for the hours form, the newest first. */
  templates: string[]
  /** The push address the server was given for this account. */
  push: string
  /** The account is being taken off this phone: nothing may be saved any more, from no tab. */
  leaving: boolean
  /** How many ops this phone has got, own and carried: the number of the last one. */
  ops_arrived: number
  /** Entries a signer has looked at on this phone: the version he saw of each. */
  opened: Record<string, string>
}

/** The hours form as it stands; an emptied number box holds ''. */
export interface HoursForm {
  day: string
  start: number
  end: number
  break: number | ''
  module: string
  place: string
  text: string
  safety: boolean
  photos: string[]
  late_reason: string
  presence: string | null
}

/** An hours form that is not saved yet. */
export interface HoursDraft extends HoursForm {
  book: string
  /** What it was opened for: the entry it revises, or what a new entry starts from (`copy:…`, `redo:…`, `timer:…`); a plain one has none. */
  entry?: string
  /** The version of the revised entry its author saw. */
  version?: string
  /** The end a timer had measured when it was opened. */
  measured?: number
}

/** A working day that is being timed, or was timed and is not written down yet. */
export interface Timer {
  book: string
  started_at: number
  stopped_at: number | null
}

/** The stamp is new with every writing: a page that knows another one has not seen what stands there. */
export interface Kept<T> {
  draft: T
  stamp: string
}

/** A result's claim as it stands in the form: an emptied number box holds ''. */
export interface ClaimForm {
  competition: string
  year: number | ''
  level: string
  event: string
  division: string
  team: string
  rank: number | ''
  award: string
  score: string
  day: string
  certificate_no: string
  contestants: number | ''
  organiser: string
  document_no: string
  represents: string
  coach: string
  photos: string[]
}

/** A claim that is not saved yet; `result` names the one it mends, and the version its author saw. */
export interface ClaimDraft {
  book: string
  result: { id: string; version: string } | null
  form: ClaimForm
}

interface PinRow {
  salt: Uint8Array
  hash: Uint8Array
  rounds: number
  wrong: number
  wait_until: number
}

export async function readMeta<K extends keyof Meta>(db: AccountDb, name: K): Promise<Meta[K] | undefined> {
  const row = await alive(db, () => db.meta.get(name))
  return row?.body as Meta[K] | undefined
}

export async function putMeta<K extends keyof Meta>(db: AccountDb, name: K, body: Meta[K]): Promise<void> {
  await alive(db, () => db.meta.put({ name, body }))
}

/** Reads and writes in one transaction; answers what stood there before. A change of null writes nothing. */
export const changeMeta = <K extends keyof Meta>(db: AccountDb, name: K, change: (body: Meta[K]) => Meta[K] | null): Promise<Meta[K] | undefined> =>
  alive(db, () =>
    db.transaction('rw', db.meta, async () => {
      const known = (await db.meta.get(name))?.body as Meta[K] | undefined
      const body = known === undefined ? null : change(known)
      if (body !== null) await db.meta.put({ name, body })
      return known
    }),
  )

export async function dropMeta(db: AccountDb, name: keyof Meta): Promise<void> {
  await alive(db, () => db.meta.delete(name))
}

export const readPeople = (db: AccountDb): Promise<PersonRow[]> => alive(db, () => db.people.limit(5000).toArray())

export async function putPeople(db: AccountDb, people: PersonRow[]): Promise<void> {
  await alive(db, () => db.people.bulkPut(people))
}
