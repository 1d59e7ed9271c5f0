/* The one exchange with the server: question out, answer stored. When to do it is the loop's. */
import type { AccountDb } from '../db/account/account'
import { readKey } from '../db/account/keys'
import { isTrouble, type StoreTrouble } from '../db/account/handle'
import { readMeta } from '../db/account/meta'
import { readBases } from '../db/book/docs'
import { blame, readOutbox } from '../db/book/outbox'
import { readHave, storeCarried, storePage } from '../db/book/page'
import { membersOf } from '../sync/book'
import type { SyncAnswer, SyncQuestion } from './api'
import { pickBatch } from './batch'
import { ask, type Fetch, type Outcome } from './door'
import { next, type Pace, type Step } from './pace'

const DOCS_A_PAGE = 500
const TRIES = 3

export interface Round {
  /** By another account's session: no documents came. */
  carried?: true
  step: Step
  outcome: Outcome<SyncAnswer>['as'] | 'phone_full' | 'store_failed'
  more: boolean
  reset: string[]
}

export interface Line {
  db: AccountDb
  /** Whose line it is: the session of this person carries, whoever wrote the ops. */
  account: string
  fetching: Fetch
  build: string
  now: () => number
  chance: () => number
}

const isList = (body: unknown): body is unknown[] => Array.isArray(body)

/** Our own answer, or somebody else's page between us and the server. */
function isOurAnswer(body: unknown): body is SyncAnswer {
  if (typeof body !== 'object' || body === null) return false
  const { v, epoch, now, verdicts, books, gone } = body as Record<string, unknown>
  const lists = isList(books) && isList(gone) && typeof verdicts === 'object' && verdicts !== null
  return v === 1 && typeof epoch === 'string' && typeof now === 'number' && lists
}

/** What a kiosk says of its clock: the codes it shows are worth as much as that is right. */
async function clockOf({ db, account, now }: Line): Promise<Pick<SyncQuestion, 'clock'>> {
  const bases = await readBases(db)
  if (!bases.some((base) => membersOf(base, account).some(({ role }) => role === 'kiosk'))) return {}
  const key = await readKey(db)
  return key ? { clock: { device: key.id, at: now() } } : {}
}

async function question(line: Line, most: number): Promise<{ body: SyncQuestion; ids: string[] }> {
  const { db } = line
  const rows = pickBatch(await readOutbox(db), line.now(), most)
  const body: SyncQuestion = {
    v: 1,
    build: line.build,
    epoch: (await readMeta(db, 'epoch')) ?? '',
    have: await readHave(db),
    ops: rows.map((row) => row.jws),
    limit: DOCS_A_PAGE,
  }
  return { body, ids: rows.map((row) => row.id) }
}

// A verdict this build does not know counts as unheard: the op waits, and the pace slows down.
const HEARD = new Set<string | undefined>(['accepted', 'refused', 'held', 'quarantined'])

const countHeard = (ids: string[], answer: SyncAnswer): number =>
  ids.filter((id) => HEARD.has(answer.verdicts[id]?.as)).length

interface Rest {
  more: boolean
  reset: string[]
}

const quiet: Rest = { more: false, reset: [] }

async function send(line: Line, body: SyncQuestion, signal: AbortSignal): Promise<Outcome<SyncAnswer>> {
  const got = await ask<SyncAnswer>(line.fetching, '/api/sync', { account: line.account, body, signal })
  return got.as === 'answer' && !isOurAnswer(got.answer) ? { as: 'no_network' } : got
}

export async function exchange(line: Line, pace: Pace, signal: AbortSignal): Promise<Round> {
  const { body, ids } = await question(line, pace.suspect ? 0 : pace.most)
  const outcome = await send(line, { ...body, ...(await clockOf(line)) }, signal)
  const stored = outcome.as === 'answer' ? await storePage(line.db, outcome.answer, body.have, line.now()) : quiet
  return settle(line, pace, outcome, ids, stored)
}

/** The ops of an account by another one's session: `line.account` carries, and takes home verdicts only. What is accepted stays
    in the outbox until its documents have come by a session of its own. */
export async function carry(line: Line, pace: Pace, signal: AbortSignal): Promise<Round> {
  const { body, ids } = await question(line, pace.suspect ? 0 : pace.most)
  const outcome = await send(line, { ...body, have: {}, limit: 0 }, signal)
  const stored = outcome.as === 'answer' ? await storeCarried(line.db, outcome.answer.verdicts, line.now()) : quiet
  return { ...(await settle(line, pace, outcome, ids, stored)), carried: true }
}

async function settle(
  line: Line,
  pace: Pace,
  outcome: Outcome<SyncAnswer>,
  ids: string[],
  stored: Rest | StoreTrouble,
): Promise<Round> {
  if (isTrouble(stored)) {
    const step = next(pace, { as: 'fault' }, { ids: [], heard: 0, more: false }, line.chance())
    const word = stored.trouble === 'phone_full' ? 'phone_full' : 'store_failed'
    return { ...quiet, step, outcome: word }
  }
  return finish(line, pace, outcome, ids, stored)
}

async function finish(
  line: Line,
  pace: Pace,
  outcome: Outcome<SyncAnswer>,
  ids: string[],
  rest: Rest,
): Promise<Round> {
  const heard = outcome.as === 'answer' ? countHeard(ids, outcome.answer) : 0
  const step = next(pace, outcome, { ids, heard, more: rest.more }, line.chance())
  if (step.blame) {
    const most = step.blame.word === 'too_large' ? 1 : TRIES
    await blame(line.db, step.blame.id, step.blame.word, most, line.now())
  }
  return { ...rest, step, outcome: outcome.as }
}
