/* Where nothing may be kept (WeChat's own browser): a save counts once the server has it, and until then the form has the text.
   The op goes out through the outbox like any other; what was not taken in time is taken back, and if the same is saved again, the
   same op is sent again: should the server have had it after all, it is there once. A form makes one document: what it says the
   next time is a new version of what it said before, which goes out once more in front of it. */
import type { AccountDb } from '../../db/account/account'
import { follow } from '../../db/account/live'
import { readMeta } from '../../db/account/meta'
import { keepOps, readStates, takeBack, type Along, type Overtaken } from '../../db/book/outbox'
import { isTrouble } from '../../db/account/handle'
import type { DraftName } from '../../db/form/drafts'
import { asHeard } from '../../sync/own'
import type { Refused } from '../refused'

type Rows = Parameters<typeof keepOps>[1]

interface Delivery extends Pick<Along, 'numbered'> {
  wait_ms?: number
}

const WAIT_MS = 20_000

export const isOnce = async (db: AccountDb): Promise<boolean> => (await readMeta(db, 'once')) === true

/** What an op says, whatever its number and its salt. */
interface Said {
  book: string
  kind: string
  of: string | null
  body: unknown
}

const contentOf = ({ book, kind, of, body }: Said): string => JSON.stringify([book, kind, of, body])

export const takenBack = (db: AccountDb, said: Said): Rows[number] | undefined => memoryOf(db).unsure.get(contentOf(said))

/** What a form said, under which name it went out. */
export interface Try extends Said {
  doc: string
  deps: string[]
  body: Record<string, unknown>
  row: Rows[number]
}

interface Memory {
  /** What was taken back, by content. */
  unsure: Map<string, Rows[number]>
  /** What each form has said that may be with the server, the newest last. */
  tries: Map<DraftName, Try[]>
}

/** By account, whose handle may be another one after it was locked. It exists nowhere else. */
const memory = new Map<string, Memory>()

function memoryOf(db: AccountDb): Memory {
  const known = memory.get(db.name) ?? { unsure: new Map(), tries: new Map() }
  memory.set(db.name, known)
  return known
}

export const triesOf = (db: AccountDb, name: DraftName): Try[] => memoryOf(db).tries.get(name) ?? []

/** After a delivery: what was refused is no version to go on from, nor is what stood on it; once all is there, the form is done. */
export function keepTries(db: AccountDb, name: DraftName, sent: Try[], missed: ReadonlyMap<string, Refused>): void {
  const refused = sent.findIndex(({ row }) => (missed.get(row.id)?.refused ?? 'not_delivered') !== 'not_delivered')
  const earlier = triesOf(db, name).filter(({ row }) => !sent.some((again) => again.row.id === row.id))
  const kept = [...earlier, ...(refused < 0 ? sent : sent.slice(0, refused))]
  if (missed.size === 0 || kept.length === 0) forgetTries(db, name)
  else memoryOf(db).tries.set(name, kept)
}

/** The form is put away: what comes next under its name is something else. */
export const forgetTries = (db: AccountDb, name: DraftName): void => void memoryOf(db).tries.delete(name)

/** True once the server has said something of every op, false when it did not in time. */
function heard(db: AccountDb, ids: string[], wait_ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    let letBe: () => void = () => undefined
    const end = (told: boolean) => {
      clearTimeout(timer)
      letBe()
      resolve(told)
    }
    const timer = setTimeout(() => end(false), wait_ms)
    letBe = follow(
      () => readStates(db, ids),
      (states) => states.every(({ state }) => state !== 'waiting' && state !== 'stuck') && end(true),
      () => end(false),
    )
  })
}

/** What the server has not got, by op, each with its word; empty when it has them all. Each row says what the act in its place says. */
export async function deliver(
  db: AccountDb,
  acts: Said[],
  rows: Rows,
  { numbered, wait_ms = WAIT_MS }: Delivery = {},
): Promise<ReadonlyMap<string, Refused> | Refused | Overtaken> {
  const kept = await keepOps(db, rows, numbered ? { numbered } : {})
  if (isTrouble(kept)) return { refused: kept.trouble }
  if (kept) return kept
  const ids = rows.map(({ id }) => id)
  await heard(db, ids, wait_ms)
  const back = new Map((await takeBack(db, ids)).map((row) => [row.id, row]))
  const missed = new Map<string, Refused>()
  const { unsure } = memoryOf(db)
  for (const [place, row] of rows.entries()) {
    const content = contentOf(acts[place] as Said)
    const { state, word } = back.get(row.id) ?? {}
    unsure.delete(content)
    if (state === undefined) continue
    if (state !== 'refused') unsure.set(content, row)
    missed.set(row.id, { refused: state === 'refused' ? asHeard(word ?? 'unexpected') : 'not_delivered' })
  }
  return missed
}
