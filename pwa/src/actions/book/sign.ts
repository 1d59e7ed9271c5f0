/* Stories about a signer's list: look, sign, lower, return. Each act names the version that was on the screen; what has changed
   since is never signed unseen. */
import type { AccountDb } from '../../db/account/account'
import { dropOpened, putOpened, readOpened } from '../../db/book/opened'
import { readTroubled, settle } from '../../db/book/outbox'
import { isRefused, type Refused } from '../refused'
import { makeOp, makeOps, type Act, type Made } from './make'
import { composed } from '../form/text'

/** An entry as it stood on the screen. */
export interface Looked {
  book: string
  entry: string
  version: string
}

export interface SignOff extends Looked {
  minutes: number
  note: string
  scores: { skill: string; score: number }[]
}

export interface Signed {
  signed: string[]
  failed: { entry: string; word: string }[]
}

const actOf = ({ book, entry, version }: Looked, kind: string, body: Record<string, unknown>): Act => ({
  ...{ book, kind, doc: entry, of: version, deps: [], body },
})

/** The sign-off of one entry; `how` says whether it stood in a list or on the apprentice's own screen. */
export function signAct(seen: SignOff, how: 'list' | 'scan'): Act | Refused {
  const note = composed(seen.note)
  const scores = seen.scores.map(({ skill, score }) => ({ skill: composed(skill), score }))
  if (note === null || scores.some(({ skill }) => skill === null)) return { refused: 'stray_character' }
  return actOf(seen, 'entry.signed', { minutes: seen.minutes, how, note: note || null, scores })
}

export function returnAct(seen: Looked & { reason: string }): Act | Refused {
  const reason = composed(seen.reason)
  return reason === null ? { refused: 'stray_character' } : actOf(seen, 'entry.returned', { reason })
}

/** A new word on an entry settles the older ones the server refused: they need nobody any more. */
export async function supersede(db: AccountDb, entries: ReadonlySet<string>, now: number): Promise<void> {
  await dropOpened(db, entries)
  const troubled = await readTroubled(db)
  const older = troubled.filter(({ carried, doc, kind }) => !carried && entries.has(doc) && (kind === 'entry.signed' || kind === 'entry.returned'))
  for (const row of older) await settle(db, row.id, now)
}

async function done(db: AccountDb, act: Act | Refused, now: number): Promise<Made | Refused> {
  if (isRefused(act)) return act
  const made = await makeOp(db, act, now)
  if (!isRefused(made)) await supersede(db, new Set([act.doc]), now)
  return made
}

/** Remember that this version of the entry was on the screen. */
export const noteOpened = async (db: AccountDb, { entry, version }: Looked): Promise<void> =>
  void (await putOpened(db, entry, version))

/** Confirms as written, or fewer minutes; the rules refuse more. */
export const signEntry = (db: AccountDb, seen: SignOff, now: number): Promise<Made | Refused> => done(db, signAct(seen, 'list'), now)

export const returnEntry = (db: AccountDb, seen: Looked & { reason: string }, now: number): Promise<Made | Refused> =>
  done(db, returnAct(seen), now)

/** Confirms as written what was opened in this very version, and nothing else, whatever the caller asks for. */
export async function signOpened(db: AccountDb, wanted: (Looked & { minutes: number })[], now: number): Promise<Signed | Refused> {
  const opened = await readOpened(db)
  const looked = wanted.filter(({ entry, version }) => opened[entry] === version)
  const acts = looked.map((seen) => actOf(seen, 'entry.signed', { minutes: seen.minutes, how: 'list', note: null, scores: [] }))
  const answers = await makeOps(db, acts, now)
  if (isRefused(answers)) return answers
  const signed = answers.flatMap((answer) => (isRefused(answer) ? [] : [answer.doc]))
  const failed = answers.flatMap((answer, place) => (isRefused(answer) ? [{ entry: acts[place]!.doc, word: answer.refused }] : []))
  await supersede(db, new Set(signed), now)
  return { signed, failed }
}
