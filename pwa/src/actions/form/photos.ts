/* Stories about photos: taken, shrunk, kept on this phone, looked at. Uploading them is net's, after the ops. */
import type { AccountDb } from '../../db/account/account'
import { dropPhoto, keepPhoto, markPhotosExported, readPicture, readThumb, wakePhoto } from '../../db/form/photos'
import { isTrouble } from '../../db/account/handle'
import { isNearlyFull } from '../../device/room'
import { shrink } from '../../device/shrink'
import { isAnswer, type Look } from '../door/door'
import { isRefused, type Refused } from '../refused'

/** How many an entry or a result may name. */
export const MOST_PHOTOS = 6

/** One after the other: two pictures of 12 megapixels at once are too many for a phone with 2 GB. */
let before: Promise<unknown> = Promise.resolve()

const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
  const mine = before.then(work, work)
  before = mine
  return mine
}

/** Shrinks the file and keeps it on this phone; its hash then goes into the form's `photos`. It is uploaded once an op names it. */
export const addPhoto = (db: AccountDb, file: Blob, now: number): Promise<{ hash: string } | Refused> =>
  inTurn(async () => {
    if (await isNearlyFull()) return { refused: 'photo_room' }
    const shrunk = await shrink(file)
    if (!shrunk) return { refused: 'photo_unreadable' }
    const kept = await keepPhoto(db, shrunk, true, now)
    if (isTrouble(kept)) return { refused: kept.trouble === 'phone_full' ? 'photo_full' : 'photo_failed' }
    return { hash: shrunk.hash }
  })

/** The whole picture: from this phone, else from the server, which is asked by the look handed in. */
export async function openPhoto(db: AccountDb, look: Look, hash: string, now: number): Promise<Blob | Refused> {
  const here = await readPicture(db, hash)
  if (here) return here
  const got = await look(`/api/blobs/${hash}`)
  if (!isAnswer(got)) return { refused: 'word' in got && got.word === 'not_found' ? 'photo_away' : 'photo_offline' }
  await keepFetched(db, hash, got.answer, now).catch(() => undefined)
  return got.answer
}

/** Brings those of an open entry of which nothing is here yet, one after the other, while they are still wanted and the line holds. */
export async function fetchPhotos(db: AccountDb, look: Look, hashes: readonly string[], now: number, wanted: () => boolean): Promise<void> {
  for (const hash of hashes) {
    if (!wanted()) return
    if (await readThumb(db, hash)) continue
    const got = await openPhoto(db, look, hash, now)
    if (isRefused(got) && got.refused === 'photo_offline') return
  }
}

/** Kept to be seen offline, as long as there is room. The server serves what it made of the photo, so the name is not its hash. */
async function keepFetched(db: AccountDb, hash: string, picture: Blob, now: number): Promise<void> {
  if (await isNearlyFull()) return
  const small = await shrink(picture)
  if (!small) return
  await keepPhoto(db, { hash, bytes: new Uint8Array(await picture.arrayBuffer()), thumb: small.thumb }, false, now)
}

export const sendPhotoAgain = async (db: AccountDb, hash: string, now: number): Promise<void> => void (await wakePhoto(db, hash, now))

interface PhotoFile {
  name: string
  type: string
  parts: Blob[]
}

/** The photo as a file of its own; null when its bytes are not on this phone any more. */
export async function photoFile(db: AccountDb, hash: string): Promise<PhotoFile | null> {
  const picture = await readPicture(db, hash)
  return picture && { name: `jiangji-${hash.slice(0, 8)}.jpg`, type: picture.type, parts: [picture] }
}

/** Called once the browser has taken the file. */
export const notePhotoSaved = async (db: AccountDb, hash: string): Promise<void> => void (await markPhotosExported(db, [hash]))

/** For good, from this phone; what the server has stays there. */
export const forgetPhoto = async (db: AccountDb, hash: string): Promise<void> => void (await dropPhoto(db, hash))
