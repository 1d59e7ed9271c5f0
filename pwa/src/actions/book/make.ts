/* Make ops: number them, write and sign them, judge each by the book as this phone knows it, keep them. In this order, and the
   signatures outside every transaction: one before them reads what is needed, one after them keeps, and takes the numbers. Has
   another tab taken them meanwhile, nothing was kept, and all is done anew on what it left. */
import type { AccountDb } from '../../db/account/account'
import { dropDraftOf, type SeenDraft } from '../../db/form/drafts'
import { isTrouble } from '../../db/account/handle'
import { lentKey } from '../../db/account/keys'
import { keepOps, rehearseKeeping, type Along, type Overtaken } from '../../db/book/outbox'
import { laidReady, readPen, takeReady, type Pen } from '../../db/book/pen'
import { queuePhotos } from '../../db/form/photos'
import { fromText, hashOf, salt } from '../../device/bytes'
import { sign, type DeviceKey } from '../../device/key'
import { versionMinutes, type Doc, type EntryDoc } from '../../sync/book'
import { isRefusal } from '../../sync/errors'
import { parseOp, signingInput, withSignature, type Op, type Payload } from '../../sync/op'
import { reduce } from '../../sync/reduce'
import { check } from '../../sync/rules'
import { deliver, takenBack } from './delivery'
import type { Refused } from '../refused'
import { maySign } from '../door/pin'

type Body = Record<string, unknown>

export interface Act {
  book: string
  kind: string
  doc: string
  of: string | null
  deps: string[]
  /** As a function: what only the phone itself can say of it. */
  body: Body | ((phone: { shared: boolean }) => Body)
  /** The document as another's screen showed it: this phone may not know it yet, nor its book. */
  beside?: EntryDoc
}

type Whole = Act & { body: Body }

const wholeOf = (act: Act, pen: Pen): Whole => ({ ...act, body: typeof act.body === 'function' ? act.body(pen) : act.body })

/** A document, and the version of it that the author had before him. */
export interface Seen {
  id: string
  version: string
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
  hand: typeof sign
}

// Having read something is no signature: on a shared phone it asks for no PIN.
const UNSIGNED: ReadonlySet<string> = new Set(['notices.read'])

/** Who writes with this phone, or why nobody may. */
function authorOf(db: AccountDb, { key, facts }: Pen, acts: Act[], now: number): Author | Refused {
  const { person, enrol_word, server_now } = facts
  if (!key || !person) return { refused: 'online_only' }
  // The server would refuse for good what a key it has never seen has signed.
  if (key.certificate === null) return { refused: enrol_word ?? 'not_enrolled' }
  const closed = acts.every((act) => UNSIGNED.has(act.kind)) ? null : maySign(db, facts, now)
  return closed ?? { key, by: person.id, seen: server_now ?? 0, hand: sign }
}

const payloadOf = ({ by, seen }: Author, { book, kind, body, doc, of, deps }: Whole, count: number, now: number): Payload =>
  ({ v: 1, book, kind, body, doc, of, deps, by, count, at: now, seen, salt: salt() })

interface Signed {
  id: string
  jws: string
}

async function signed({ key, hand }: Author, payload: Payload): Promise<Signed> {
  const input = signingInput(key.id, payload)
  const [signature, id] = await Promise.all([hand(key, input), hashOf(fromText(input))])
  return { id, jws: withSignature(input, signature) }
}

/** What somebody was about to write with this pen, and may: all but its name and its moment. */
const allowed = new WeakMap<Pen, string>()

const saidBy = ({ book, kind, of, deps, body }: Whole, count: number): string => JSON.stringify([book, kind, of, deps, count, body])

/** Read as everybody will read it, and judged by the documents as they stand after what was written before it. */
function judgeSigned(docs: Map<string, Doc>, { id, jws }: Signed, act: Act): null | Refused {
  const op = parseOp(jws, id)
  return isRefusal(op) ? { refused: op.word } : judge(docs, op, act)
}

async function write(author: Author, pen: Pen, act: Whole, count: number, now: number): Promise<Signed | Refused> {
  const made = await signed(author, payloadOf(author, act, count, now))
  if (allowed.get(pen) === saidBy(act, count)) return made
  return judgeSigned(pen.docs.get(act.book) ?? new Map<string, Doc>(), made, act) ?? made
}

/** What can be said of a sign-off in a book this phone has never seen: whose entry it is, and that no minute was added. The rest
    is for the server, which knows the pairings. */
function judgeUnmet(docs: Map<string, Doc>, op: Op): null | Refused {
  const entry = docs.get(op.doc)
  if (entry?.kind !== 'entry') return { refused: 'no_such_book' }
  if (entry.by === op.by) return { refused: 'own_entry' }
  const claimed = versionMinutes(entry, op.of ?? '')
  if (claimed === null) return { refused: 'unknown_version' }
  return Number(op.fields?.minutes ?? 0) > claimed ? { refused: 'minutes_raised' } : null
}

const knows = (doc: Doc | undefined, version: string | null): boolean => doc?.kind === 'entry' && doc.versions.some(({ op }) => op === version)

/** Judged by the documents as they stand after the ops before it, which it changes in its turn. */
function judge(docs: Map<string, Doc>, op: Op, { of, deps, beside }: Act): null | Refused {
  // What was brought along may be with the server already and its document not yet here.
  if (beside && !knows(docs.get(op.doc), of)) docs.set(op.doc, beside)
  if (beside && !docs.has(op.book)) return judgeUnmet(docs, op)
  const named = [...deps, ...(of === null ? [] : [of])]
  const refusal = check(docs, op, { desk: false, accepted: new Set(named), refused: new Set(), held: false })
  if (refusal) return { refused: refusal.word }
  for (const [id, doc] of reduce(docs, op)) docs.set(id, doc)
  return null
}

/** By book: its head and the documents that are written to. */
function concerned(acts: Act[]): Map<string, string[]> {
  const ids = new Map<string, Set<string>>()
  for (const { book, doc } of acts) ids.set(book, (ids.get(book) ?? new Set([book])).add(doc))
  return new Map([...ids].map(([book, found]) => [book, [...found]]))
}

const photosOf = ({ body }: Whole): string[] => (Array.isArray(body.photos) ? body.photos.map(String) : [])

interface Written {
  answers: (Made | Refused)[]
  rows: Row[]
  /** What each row says. */
  sent: Whole[]
  /** How many of the rows bear a new number. */
  many: number
}

async function writeAll(db: AccountDb, author: Author, pen: Pen, acts: Whole[], now: number): Promise<Written> {
  const written: Written = { answers: [], rows: [], sent: [], many: 0 }
  const put = (act: Whole, row: Row) => {
    written.answers.push({ id: row.id, doc: act.doc })
    written.rows.push(row)
    written.sent.push(act)
  }
  for (const act of acts) {
    const back = takenBack(db, act)
    if (back && !written.rows.some(({ id }) => id === back.id)) {
      put({ ...act, doc: back.doc }, back)
      continue
    }
    const made = await write(author, pen, act, author.key.count + written.many + 1, now)
    if ('refused' in made) {
      written.answers.push(made)
      continue
    }
    written.many += 1
    put(act, { ...made, book: act.book, doc: act.doc, kind: act.kind, at: now, carried: false })
  }
  return written
}

type Missed = ReadonlyMap<string, Refused> | Refused | Overtaken

/** On the phone, or, where nothing may stay, with the server: which ops are not there, and why. */
async function keep(db: AccountDb, { key, facts }: Pen, { rows, sent, many }: Written, draft: SeenDraft | null): Promise<Missed> {
  const along: Along = key ? { numbered: { key, many } } : {}
  if (facts.once !== true) {
    const kept = await keepOps(db, rows, { ...along, draft })
    return isTrouble(kept) ? { refused: kept.trouble } : (kept ?? new Map())
  }
  const missed = await deliver(db, sent, rows, along)
  if (draft && missed instanceof Map && missed.size === 0) await dropDraftOf(db, draft)
  return missed
}

type Answers = (Made | Refused)[] | Refused

async function attempt(db: AccountDb, pen: Pen, acts: Act[], now: number, draft: SeenDraft | null): Promise<Answers | Overtaken> {
  const author = authorOf(db, pen, acts, now)
  if ('refused' in author) return author
  const whole = acts.map((act) => wholeOf(act, pen))
  const written = await writeAll(db, author, pen, whole, now)
  const missed = written.rows.length ? await keep(db, pen, written, draft) : new Map<string, Refused>()
  if ('refused' in missed || 'overtaken' in missed) return missed
  // Should the phone die right here, the photo queue finds them by the ops that name them.
  await queuePhotos(db, whole.flatMap(photosOf), now).catch(() => undefined)
  return written.answers.map((answer) => ('refused' in answer ? answer : (missed.get(answer.id) ?? answer)))
}

/** Several at once, of any books: what is needed is read once, what may be written is kept together, and with it goes the form it
    was written in. An answer for each act. */
export async function makeOps(db: AccountDb, acts: Act[], now: number, draft: SeenDraft | null = null): Promise<Answers> {
  let laid = readyFor(db, acts)
  for (;;) {
    const answers = await attempt(db, laid ?? (await readPen(db, concerned(acts))), acts, now, draft)
    // Somebody else has kept something: whoever is overtaken, the phone goes on. And no is only said by what is read now.
    const anew = 'overtaken' in answers || (laid !== null && isNo(answers))
    laid = null
    if (!anew) return answers as Answers
  }
}

const isNo = (answers: Answers): boolean => 'refused' in answers || answers.some((answer) => 'refused' in answer)

/** A new entry needs nothing but the head of its book, and that a form that stands open has at hand. Where saved means delivered, a no
    may come after the sending, and nothing is sent twice. */
function readyFor(db: AccountDb, acts: Act[]): Pen | null {
  const [act] = acts
  const laid = acts.length === 1 && act?.kind === 'entry.logged' ? takeReady(db, act.book) : null
  return laid?.facts.once ? null : laid
}

export async function makeOp(db: AccountDb, act: Act, now: number, draft: SeenDraft | null = null): Promise<Made | Refused> {
  const answers = await makeOps(db, [act], now, draft)
  return 'refused' in answers ? answers : (answers[0] as Made | Refused)
}

const nobody = () => Promise.resolve(new Uint8Array(64))
const rehearsed = new WeakSet<AccountDb>()

/** What a form says is written and judged while it stands open, so that a slow phone need only sign and keep it when somebody says so.
    And what is done for the first time takes twice as long, so it is kept once for nothing, with nobody's signature. A lent key counts in
    memory, which knows no rehearsal. */
export async function prepare(db: AccountDb, act: Act, now: number, draft: SeenDraft | null): Promise<void> {
  const pen = laidReady(db, act.book)
  const author = pen && authorOf(db, pen, [act], now)
  if (!author || 'refused' in author || !pen.key || pen.facts.once || lentKey(db)) return
  const whole = wholeOf(act, pen)
  const count = author.key.count + 1
  const made = await signed({ ...author, hand: nobody }, payloadOf(author, whole, count, now))
  if (judgeSigned(new Map(pen.docs.get(act.book)), made, whole)) return
  allowed.set(pen, saidBy(whole, count))
  if (rehearsed.has(db)) return
  rehearsed.add(db)
  const row = { ...made, book: act.book, doc: act.doc, kind: act.kind, at: now, carried: false }
  await rehearseKeeping(db, [row], { numbered: { key: pen.key, many: 1 }, draft })
}
