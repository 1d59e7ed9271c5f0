/* Stories about notes: a word said to everybody who sees the book. */
import type { AccountDb } from '../../db/account/account'
import { uuid } from '../../device/bytes'
import type { Refused } from '../refused'
import { makeOp, type Made } from './make'
import { composed } from '../form/text'

/** `note.added` about an entry: the answer to a question the college has put. */
export async function addNote(db: AccountDb, book: string, about: string, words: string, now: number): Promise<Made | Refused> {
  const text = composed(words)
  if (text === null) return { refused: 'stray_character' }
  return makeOp(db, { book, kind: 'note.added', doc: uuid(), of: null, deps: [], body: { text, about } }, now)
}
