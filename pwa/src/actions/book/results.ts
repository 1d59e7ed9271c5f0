/* Stories about competition results: claim one, mend it, choose between what two phones wrote. */
import type { AccountDb } from '../../db/account/account'
import type { SeenDraft } from '../../db/form/drafts'
import { uuid } from '../../device/bytes'
import type { ResultContent } from '../../sync/book'
import type { Refused } from '../refused'
import { makeOp, type Made, type Seen } from './make'
import { composed } from '../form/text'

/** Every text composed, empty ones left out; null when one cannot be written down faithfully. */
function bodyOf(content: ResultContent): Record<string, unknown> | null {
  const body: Record<string, unknown> = {}
  for (const [name, given] of Object.entries(content)) {
    const kept = typeof given === 'string' ? composed(given) : given
    if (typeof given === 'string' && kept === null) return null
    body[name] = kept === '' ? null : kept
  }
  return body
}

/** `result.claimed`: safe on this phone when it returns; with it goes the form it was written in. With `seen` it mends that version,
    and ends whatever stood beside it. */
export async function claimResult(
  db: AccountDb,
  book: string,
  content: ResultContent,
  seen: Seen | null,
  now: number,
  draft: SeenDraft | null = null,
): Promise<Made | Refused> {
  const body = bodyOf(content)
  if (body === null) return { refused: 'stray_character' }
  const [doc, of] = seen ? [seen.id, seen.version] : [uuid(), null]
  return makeOp(db, { book, kind: 'result.claimed', doc, of, deps: [], body }, now, draft)
}
