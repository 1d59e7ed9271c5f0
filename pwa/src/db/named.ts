/* Which photos anything on this phone names: what the server told, and what is still to be told to it. */
import { isRefusal } from '../sync/errors'
import { parseOp } from '../sync/op'
import type { AccountDb } from './account'
import { alive } from './handle'
import { readOutbox } from './outbox'

export async function readPhotoNames(db: AccountDb): Promise<Set<string>> {
  const named = new Set<string>()
  const note = (content: unknown) => {
    const photos = (content as { photos?: unknown } | null)?.photos
    if (Array.isArray(photos)) for (const hash of photos) named.add(String(hash))
  }
  for (const { jws } of await readOutbox(db)) {
    const op = parseOp(jws)
    if (!isRefusal(op)) note(op.fields)
  }
  await alive(db, () => db.docs.each(({ body }) => note('content' in body ? body.content : null)))
  return named
}
