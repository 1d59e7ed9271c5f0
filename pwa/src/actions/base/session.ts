/* A trainer's lessons at a base: opened before, closed after, with the list of those he saw. */
import type { AccountDb } from '../../db/account/account'
import { readMeta } from '../../db/account/meta'
import { readFew } from '../../db/book/docs'
import { uuid } from '../../device/bytes'
import type { SessionDoc } from '../../sync/book'
import type { Word } from '../../sync/errors'
import { fieldsOf } from '../../sync/kinds'
import { check, NO_FACTS } from '../../sync/rules'
import { makeOp, makeOps, type Act, type Made } from '../book/make'
import { composed } from '../form/text'
import { isRefused, type Refused } from '../refused'

export type Lesson = Pick<SessionDoc, 'workstation' | 'module' | 'topic' | 'day' | 'start' | 'end'>

/** Somebody he saw, and from when to when. */
export interface There {
  book: string
  person: string
  start: number
  end: number
}

export interface Closed {
  seen: number
  /** Of whom nothing could be written, and why; they are not in the list. */
  failed: { person: string; word: string }[]
}

/** `session.opened`. */
export async function openSession(db: AccountDb, base: string, lesson: Lesson, now: number): Promise<Made | Refused> {
  const topic = composed(lesson.topic)
  if (topic === null) return { refused: 'stray_character' }
  return makeOp(db, { book: base, kind: 'session.opened', doc: uuid(), of: null, deps: [], body: { ...lesson, topic } }, now)
}

const seenAct = (base: string, session: SessionDoc, { book, start, end }: There): Act => ({
  ...{ book, kind: 'presence.seen', doc: uuid(), of: null, deps: [] },
  body: { base, session: session.id, workstation: session.workstation, day: session.day, start, end },
})

/** The word by which that book would not take it; asked before, so that nobody stands in a list whose own book says nothing, and
    nobody's book says what no list does. */
async function wordAgainst(db: AccountDb, { book, kind, doc, body }: Act, by: string): Promise<Word | null> {
  const docs = await readFew(db, book, [book, doc])
  const op = { id: '', kid: '', jws: '', book, kind, fields: fieldsOf(kind, body as object as Record<string, unknown>), doc, of: null, deps: [], by, count: 0, at: 0, seen: 0 }
  return check(docs, op, NO_FACTS)?.word ?? null
}

/** `session.closed`, and in the book of each whom he saw `presence.seen`: all of it kept together. */
export async function closeSession(db: AccountDb, base: string, session: SessionDoc, end: number, there: There[], now: number): Promise<Closed | Refused> {
  const by = (await readMeta(db, 'person'))?.id ?? ''
  const asked = await Promise.all(
    there.map(async (one) => {
      const act = seenAct(base, session, one)
      return { one, act, word: await wordAgainst(db, act, by) }
    }),
  )
  const sure = asked.filter(({ word }) => word === null)
  const seen = sure.map(({ one: { book, person } }) => ({ book, person }))
  const closed: Act = { book: base, kind: 'session.closed', doc: session.id, of: null, deps: [], body: { end, seen } }
  const against = await wordAgainst(db, closed, by)
  if (against) return { refused: against }
  const made = await makeOps(db, [closed, ...sure.map(({ act }) => act)], now)
  if (isRefused(made)) return made
  const [first, ...rest] = made
  if (isRefused(first)) return first
  const before = asked.flatMap(({ one, word }) => (word === null ? [] : [{ person: one.person, word }]))
  const after = rest.flatMap((answer, at) => (isRefused(answer) ? [{ person: sure[at]!.one.person, word: answer.refused }] : []))
  return { seen: seen.length - after.length, failed: [...before, ...after] }
}
