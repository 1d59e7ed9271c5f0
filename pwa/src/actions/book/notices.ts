/* Stories about notices. */
import type { AccountDb } from '../../db/account/account'
import { readFew } from '../../db/book/docs'
import { readMeta } from '../../db/account/meta'
import type { Refused } from '../refused'
import { makeOp, type Made } from './make'

/** `notices.read`: everything up to this moment of the server's clock has been seen. Null when that was said before, on whatever
    phone; nothing is written then. */
export async function markRead(db: AccountDb, until: number, now: number): Promise<Made | Refused | null> {
  const book = (await readMeta(db, 'person'))?.id ?? ''
  const head = (await readFew(db, book, [book])).get(book)
  if (head?.kind !== 'me' || until <= head.read_until) return null
  return makeOp(db, { book, kind: 'notices.read', doc: book, of: null, deps: [], body: { until } }, now)
}
