/* Which photos anything on this phone names: what the server told, and what is still to be told to it. */
import { isRefusal } from '../../sync/errors'
import { parseOp } from '../../sync/op'
import type { AccountDb } from '../account/account'
import { readBookRows, readDocsOf } from '../book/copy'
import { readMeta } from '../account/meta'
import { readOutbox } from '../book/outbox'
import { queuePhotos, readResting } from './photos'

/** By photo: the books the server knows to name it, and those it has yet to be told of. */
export interface Named {
  told: Set<string>
  untold: Set<string>
}

export type PhotoNames = ReadonlyMap<string, Named>

const photosOf = (content: unknown): unknown[] => {
  const photos = (content as { photos?: unknown } | null)?.photos
  return Array.isArray(photos) ? photos : []
}

export async function readPhotoNames(db: AccountDb): Promise<PhotoNames> {
  const names = new Map<string, Named>()
  const note = (content: unknown, book: string, how: keyof Named) => {
    for (const photo of photosOf(content)) {
      const hash = String(photo)
      const named = names.get(hash) ?? { told: new Set(), untold: new Set() }
      names.set(hash, named)
      named[how].add(book)
    }
  }
  for (const { jws, book, state } of await readOutbox(db)) {
    const op = parseOp(jws)
    if (!isRefusal(op)) note(op.fields, book, state === 'accepted' ? 'told' : 'untold')
  }
  for (const { id } of await readBookRows(db)) {
    for await (const bite of readDocsOf(db, id)) {
      for (const { body } of bite) {
        if ('content' in body) note(body.content, id, 'told')
        if ('rivals' in body) for (const { content } of body.rivals) note(content, id, 'told')
      }
    }
  }
  return names
}

/** Changes whenever what `readPhotoNames` gives may have changed. */
export async function readNamesStamp(db: AccountDb): Promise<string> {
  const books = (await readBookRows(db)).map(({ id, seq, era }) => [id, seq, era])
  return JSON.stringify([(await readMeta(db, 'ops_arrived')) ?? 0, books])
}

/** Queues what is named but not on its way: a phone died between a save and the queue, or a photo uploaded for one book is named in
    another, which opens it only to whom somebody of that book has brought it. */
export async function queueNamed(db: AccountDb, now: number): Promise<void> {
  const resting = await readResting(db)
  if (!resting.length) return
  const names = await readPhotoNames(db)
  const due = resting.filter(({ hash, state, books = [] }) => {
    const named = names.get(hash)
    return named !== undefined && (state === 'draft' || [...named.told].some((book) => !books.includes(book)))
  })
  await queuePhotos(db, due.map(({ hash }) => hash), now)
}
