/* The photos of one account on this phone, in a database of their own: should it grow too big or break, the hours beside it stand.
   A photo is kept whole until the server has had it for two weeks; its thumbnail stays, so that a cheap phone does not fill. */
import { Dexie, type EntityTable } from 'dexie'
import { DAY_MS } from '../../sync/days'
import type { AccountDb } from '../account/account'
import { alive, saving, shut, type StoreTrouble } from '../account/handle'
import { isGone } from '../book/outbox'

/** draft: in a form that is not saved · waiting: to be uploaded · there: the server has it · refused: a person must look. */
export type PhotoState = 'draft' | 'waiting' | 'there' | 'refused'

export interface PhotoRow {
  /** base64url(SHA-256) of the bytes, as the op names it. */
  hash: string
  size: number
  state: PhotoState
  /** Why it was refused, or why it waits longer than usual. */
  word: string | null
  tries: number
  /** By this phone's clock: when it came, when the server last said anything of it, when it was there. */
  added_at: number
  asked_at: number
  there_at: number
  /** Taken here, so that the bytes are those the hash names; what was fetched is what the server made of them. */
  own: boolean
  /** The books in which the server opens it by now; an older build noted none. */
  books?: string[]
  /** Since when it is to be uploaded. */
  queued_at?: number
  /** Since when it is in this state, by the server's clock: this phone's own may jump by years. */
  rest?: { state: string; since: number }
  /** Written to a file of the person's, so that it is not only here. */
  exported?: boolean
}

/** ArrayBuffers, not Blobs: some phones lose Blobs kept in a database. */
interface PictureRow {
  hash: string
  bytes: ArrayBuffer
}

type PhotoDb = Dexie & {
  photos: EntityTable<PhotoRow, 'hash'>
  pictures: EntityTable<PictureRow, 'hash'>
  thumbs: EntityTable<PictureRow, 'hash'>
  facts: EntityTable<{ name: string; text: string }, 'name'>
}

const photoDbName = (account: string): string => account.replace(/^jiangji-/, 'jiangji-photos-')

const handles = new Map<string, PhotoDb>()

function photoDb(account: AccountDb): PhotoDb {
  const name = photoDbName(account.name)
  const known = handles.get(name)
  if (known) return known
  const db = new Dexie(name, { chromeTransactionDurability: 'strict' }) as PhotoDb
  db.version(1).stores({ photos: 'hash, state', pictures: 'hash', thumbs: 'hash', facts: 'name' })
  db.on('versionchange', () => db.close({ disableAutoOpen: false }))
  handles.set(name, db)
  return db
}

/** With the account it belongs to; the caller has looked at what waits. */
export async function wipePhotos(account: string): Promise<void> {
  const name = photoDbName(account)
  const open = handles.get(name)
  if (open) shut(open)
  handles.delete(name)
  await Dexie.delete(name)
}

const copied = (bytes: Uint8Array): ArrayBuffer => bytes.slice().buffer as ArrayBuffer

export interface NewPhoto {
  hash: string
  bytes: Uint8Array
  thumb: Uint8Array
}

/** A photo that is known already: what the server made of one never takes the place of what was taken here, and a refused one may be
    tried anew. */
function keptAnew(known: PhotoRow, whole: boolean, own: boolean): Partial<PhotoRow> | null {
  if (!own) return known.own && whole ? null : { own: false, state: 'there', word: null }
  return known.own && known.state !== 'refused' ? {} : { own, state: 'draft', word: null, tries: 0, asked_at: 0 }
}

/** The same photo twice is once. `own`: taken here, to be uploaded. */
export async function keepPhoto(account: AccountDb, photo: NewPhoto, own: boolean, now: number): Promise<null | StoreTrouble> {
  const gone = () => alive(account, () => isGone(account))
  const left = { trouble: 'account_gone' } as const
  if (await gone()) return left
  const db = photoDb(account)
  const { hash, bytes, thumb } = photo
  return saving(db, () =>
    db.transaction('rw', db.photos, db.pictures, db.thumbs, async () => {
      // Asked again once a wipe would have to wait for this transaction.
      if (await Dexie.waitFor(Dexie.ignoreTransaction(gone))) return left
      const known = await db.photos.get(hash)
      const change = known && keptAnew(known, (await db.pictures.where('hash').equals(hash).count()) > 0, own)
      if (change === null) return null
      await db.pictures.put({ hash, bytes: copied(bytes) })
      await db.thumbs.put({ hash, bytes: copied(thumb) })
      if (known) await db.photos.put({ ...known, ...change })
      else await db.photos.put({ hash, size: bytes.length, state: own ? 'draft' : 'there', word: null, tries: 0, added_at: now, asked_at: 0, there_at: own ? 0 : now, own })
      return null
    }),
  )
}

const wholeHere = (db: PhotoDb): Promise<string[]> => db.pictures.toCollection().primaryKeys()

/** What an op names is to be uploaded; what was uploaded for another book, or named by nothing, is shown to the server once more. */
export function queuePhotos(account: AccountDb, hashes: readonly string[], now: number): Promise<unknown> {
  const db = photoDb(account)
  if (!hashes.length) return Promise.resolve()
  return alive(db, () =>
    db.transaction('rw', db.photos, db.pictures, async () => {
      const whole = new Set(await wholeHere(db))
      const due = ({ hash, state, own, word }: PhotoRow) =>
        state === 'draft' || (own && whole.has(hash) && (state === 'there' || word === 'photo_unnamed'))
      await db.photos.where('hash').anyOf([...hashes]).filter(due).modify({ state: 'waiting', word: null, tries: 0, asked_at: 0, queued_at: now, exported: false })
    }),
  )
}

/** Photos taken here that no upload waits for: in a form, or with the server and still whole here. */
export const readResting = (account: AccountDb): Promise<PhotoRow[]> => {
  const db = photoDb(account)
  return alive(db, async () => {
    const whole = new Set(await wholeHere(db))
    return db.photos.where('state').anyOf('draft', 'there').filter(({ own, hash }) => own && whole.has(hash)).toArray()
  })
}

/** Photos that are whole nowhere but on this phone, as far as it knows. */
export const readOnlyHere = (account: AccountDb): Promise<PhotoRow[]> => {
  const db = photoDb(account)
  return alive(db, async () => {
    const whole = new Set(await wholeHere(db))
    return db.photos.where('state').anyOf('waiting', 'refused').filter(({ hash }) => whole.has(hash)).toArray()
  })
}

/** Photos that would be lost with this database: the server has not got them and no file holds them. */
export const countUnsavedPhotos = async (account: AccountDb): Promise<number> =>
  (await readOnlyHere(account)).filter(({ exported }) => exported !== true).length

export const markPhotosExported = (account: AccountDb, hashes: readonly string[]): Promise<unknown> =>
  alive(photoDb(account), () => photoDb(account).photos.where('hash').anyOf([...hashes]).modify({ exported: true }))

export const readPhotos = (account: AccountDb, hashes: readonly string[]): Promise<PhotoRow[]> =>
  alive(photoDb(account), () => photoDb(account).photos.where('hash').anyOf([...hashes]).toArray())

export const readPhotosIn = (account: AccountDb, state: PhotoState): Promise<PhotoRow[]> =>
  alive(photoDb(account), () => photoDb(account).photos.where('state').equals(state).toArray())

export const countPhotosIn = (account: AccountDb, state: PhotoState): Promise<number> =>
  alive(photoDb(account), () => photoDb(account).photos.where('state').equals(state).count())

const jpeg = (row: PictureRow | undefined): Blob | null => (row ? new Blob([row.bytes], { type: 'image/jpeg' }) : null)

export const readPicture = async (account: AccountDb, hash: string): Promise<Blob | null> =>
  jpeg(await alive(photoDb(account), () => photoDb(account).pictures.get(hash)))

export const readThumb = async (account: AccountDb, hash: string): Promise<Blob | null> =>
  jpeg(await alive(photoDb(account), () => photoDb(account).thumbs.get(hash)))

/** What the server said of one photo; once it is there, in which books it opens. */
export interface Said {
  state: PhotoState
  word: string | null
  books?: string[]
}

export function notePhoto(account: AccountDb, hash: string, said: Said, now: number): Promise<unknown> {
  const db = photoDb(account)
  return alive(db, () =>
    db.transaction('rw', db.photos, async () => {
      const row = await db.photos.get(hash)
      if (!row) return
      const there_at = said.state === 'there' ? now : row.there_at
      await db.photos.put({ ...row, ...said, there_at, tries: row.tries + 1, asked_at: now })
    }),
  )
}

/** Tried again because its person asked. */
export function wakePhoto(account: AccountDb, hash: string, now: number): Promise<unknown> {
  const db = photoDb(account)
  return alive(db, () => db.photos.update(hash, { state: 'waiting', word: null, tries: 0, asked_at: 0, queued_at: now }))
}

export function dropPhoto(account: AccountDb, hash: string): Promise<unknown> {
  const db = photoDb(account)
  return alive(db, () =>
    db.transaction('rw', db.photos, db.pictures, db.thumbs, async () => {
      await Promise.all([db.photos.delete(hash), db.pictures.delete(hash), db.thumbs.delete(hash)])
    }),
  )
}

/** A restored server may have lost photos: every one that is still whole here is shown to it again. */
export function minePhotosAgain(account: AccountDb, epoch: string): Promise<unknown> {
  const db = photoDb(account)
  return alive(db, () =>
    db.transaction('rw', db.photos, db.pictures, db.facts, async () => {
      const known = (await db.facts.get('epoch'))?.text
      if (known === epoch) return
      await db.facts.put({ name: 'epoch', text: epoch })
      if (known === undefined) return
      const lost = { state: 'waiting' as const, tries: 0, asked_at: 0, books: [] }
      await db.photos.where('hash').anyOf(await wholeHere(db)).filter((row) => row.own && row.state === 'there').modify(lost)
    }),
  )
}

const WHOLE_DAYS = 14
const DRAFT_DAYS = 60
const MOST_DROPPED = 200

/** The state, and which stay in it: one that was brought anew begins its time anew. */
const restOf = ({ state, there_at, queued_at, added_at }: PhotoRow): string => `${state} ${state === 'there' ? there_at : (queued_at ?? added_at)}`

/** How many days it has been in its state, counted from what the server said then to what it said last. */
export const restedDays = (row: PhotoRow, heard_at: number): number =>
  row.rest?.state === restOf(row) ? (heard_at - row.rest.since) / DAY_MS : 0

/** Frees room: what the server has had for two weeks (a day, when room is short) keeps only its thumbnail; a photo that has been in
    no op for two months and stands in no form goes altogether. `heard_at`: the server's clock when it last answered. */
export function dropOldPictures(account: AccountDb, forms: ReadonlySet<string>, heard_at: number, short: boolean): Promise<unknown> {
  const db = photoDb(account)
  const most = short ? 1 : WHOLE_DAYS
  return alive(db, () =>
    db.transaction('rw', db.photos, db.pictures, db.thumbs, async () => {
      await db.photos.filter((row) => row.rest?.state !== restOf(row)).modify((row) => {
        row.rest = { state: restOf(row), since: heard_at }
      })
      const rested = (row: PhotoRow) => row.state === 'there' && restedDays(row, heard_at) > most
      const old = await db.photos.where('hash').anyOf(await wholeHere(db)).filter(rested).limit(MOST_DROPPED).primaryKeys()
      await db.pictures.bulkDelete(old)
      const forgotten = await db.photos.where('state').equals('draft').filter((row) => restedDays(row, heard_at) > DRAFT_DAYS && !forms.has(row.hash)).primaryKeys()
      for (const table of [db.photos, db.pictures, db.thumbs]) await table.bulkDelete(forgotten)
    }),
  )
}
