/* Make ops: number them, write them, judge each by the book as this phone knows it, sign it, keep them. In this order, and the
   signatures outside every transaction. */
import type { AccountDb } from '../../db/account/account'
import { readFew } from '../../db/book/docs'
import { isTrouble } from '../../db/account/handle'
import { readKey, takeCounts } from '../../db/account/keys'
import { readMeta } from '../../db/account/meta'
import { keepOps } from '../../db/book/outbox'
import { queuePhotos } from '../../db/form/photos'
import { salt } from '../../device/bytes'
import { sign, type DeviceKey } from '../../device/key'
import type { Doc } from '../../sync/book'
import { isRefusal } from '../../sync/errors'
import { parseOp, signingInput, withSignature, type Op, type Payload } from '../../sync/op'
import { reduce } from '../../sync/reduce'
import { check } from '../../sync/rules'
import { deliver, isOnce, takenBack } from './delivery'
import type { Refused } from '../refused'
import { maySign } from '../door/signing'

export interface Act {
  book: string
  kind: string
  doc: string
  of: string | null
  deps: string[]
  body: Record<string, unknown>
}

export interface Made {
  id: string
  doc: string
}

type Row = Parameters<typeof keepOps>[1][number]

interface Author {
  key: DeviceKey
  by: string
  seen: number
}

// Having read something is no signature: on a shared phone it asks for no PIN.
const UNSIGNED: ReadonlySet<string> = new Set(['notices.read'])

/** Who writes with this phone, or why nobody may. */
async function readAuthor(db: AccountDb, acts: Act[], now: number): Promise<Author | Refused> {
  const key = await readKey(db)
  const person = await readMeta(db, 'person')
  if (!key || !person) return { refused: 'online_only' }
  // The server would refuse for good what a key it has never seen has signed.
  if (key.certificate === null) return { refused: (await readMeta(db, 'enrol_word')) ?? 'not_enrolled' }
  const closed = acts.every((act) => UNSIGNED.has(act.kind)) ? null : await maySign(db, now)
  return closed ?? { key, by: person.id, seen: (await readMeta(db, 'server_now')) ?? 0 }
}

async function write({ key, by, seen }: Author, act: Act, count: number, now: number): Promise<{ op: Op; jws: string } | Refused> {
  const { book, kind, body, doc, of, deps } = act
  const payload: Payload = { v: 1, book, kind, body, doc, of, deps, by, count, at: now, seen, salt: salt() }
  const input = signingInput(key.id, payload)
  const jws = withSignature(input, await sign(key, input))
  const op = parseOp(jws)
  return isRefusal(op) ? { refused: op.word } : { op, jws }
}

/** Judged by the documents as they stand after the ops before it, which it changes in its turn. */
function judge(docs: Map<string, Doc>, op: Op, { of, deps }: Act): null | Refused {
  const named = [...deps, ...(of === null ? [] : [of])]
  const refusal = check(docs, op, { desk: false, accepted: new Set(named), refused: new Set(), held: false })
  if (refusal) return { refused: refusal.word }
  for (const [id, doc] of reduce(docs, op)) docs.set(id, doc)
  return null
}

const concerned = (acts: Act[], book: string): string[] => [
  ...new Set([book, ...acts.filter((act) => act.book === book).map((act) => act.doc)]),
]

const photosOf = ({ body }: Act): string[] => (Array.isArray(body.photos) ? body.photos.map(String) : [])

/** On the phone, or, where nothing may stay, with the server: which ops are not there, and why. */
async function keep(db: AccountDb, acts: Act[], rows: Row[]): Promise<ReadonlyMap<string, Refused> | Refused> {
  if (await isOnce(db)) return deliver(db, acts, rows)
  const kept = await keepOps(db, rows)
  return isTrouble(kept) ? { refused: kept.trouble } : new Map()
}

/** Several at once, of any books: each book is read once, what may be written is kept together. An answer for each act. */
export async function makeOps(db: AccountDb, acts: Act[], now: number): Promise<(Made | Refused)[] | Refused> {
  const author = await readAuthor(db, acts, now)
  if ('refused' in author) return author
  const first = await takeCounts(db, acts.length)
  const views = new Map<string, Map<string, Doc>>()
  const rows: Row[] = []
  const sent: Act[] = []
  const answers: (Made | Refused)[] = []
  const put = (act: Act, row: Row) => {
    rows.push(row)
    sent.push(act)
  }
  for (const [place, act] of acts.entries()) {
    const back = takenBack(db, act)
    if (back && !rows.some(({ id }) => id === back.id)) {
      answers.push({ id: back.id, doc: back.doc })
      put(act, back)
      continue
    }
    const written = await write(author, act, first + place, now)
    const docs = views.get(act.book) ?? (await readFew(db, act.book, concerned(acts, act.book)))
    views.set(act.book, docs)
    const refused = 'refused' in written ? written : judge(docs, written.op, act)
    answers.push(refused ?? { id: (written as { op: Op }).op.id, doc: act.doc })
    if (refused || 'refused' in written) continue
    const { op, jws } = written
    put(act, { id: op.id, jws, book: act.book, doc: act.doc, kind: act.kind, at: now, carried: false })
  }
  const missed = rows.length ? await keep(db, sent, rows) : new Map<string, Refused>()
  if ('refused' in missed) return missed
  // Should the phone die right here, the photo queue finds them by the ops that name them.
  await queuePhotos(db, acts.flatMap(photosOf), now).catch(() => undefined)
  return answers.map((answer) => ('refused' in answer ? answer : (missed.get(answer.id) ?? answer)))
}

export async function makeOp(db: AccountDb, act: Act, now: number): Promise<Made | Refused> {
  const answers = await makeOps(db, [act], now)
  return 'refused' in answers ? answers : (answers[0] as Made | Refused)
}
