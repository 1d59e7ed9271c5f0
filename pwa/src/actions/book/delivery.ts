/* Where nothing may be kept (WeChat's own browser): a save counts once the server has it, and until then the form has the text.
   The op goes out through the outbox like any other; what was not taken in time is taken back, and if the same is saved again, the
   same op is sent again: should the server have had it after all, it is there once. */
import type { AccountDb } from '../../db/account/account'
import { follow } from '../../db/account/live'
import { readMeta } from '../../db/account/meta'
import { keepOps, readStates, takeBack, type Along, type Overtaken } from '../../db/book/outbox'
import { isTrouble } from '../../db/account/handle'
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

/** What was taken back, by account and content. Only in memory: it exists nowhere else. */
const unsure = new Map<string, Map<string, Rows[number]>>()

const contentOf = ({ book, kind, of, body }: Said): string => JSON.stringify([book, kind, of, body])

export const takenBack = (db: AccountDb, said: Said): Rows[number] | undefined => unsure.get(db.name)?.get(contentOf(said))

/** The account goes from this phone, and what it wrote with it. */
export const forgetTakenBack = (db: AccountDb): void => void unsure.delete(db.name)

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
  const mine = unsure.get(db.name) ?? new Map<string, Rows[number]>()
  unsure.set(db.name, mine)
  for (const [place, row] of rows.entries()) {
    const content = contentOf(acts[place] as Said)
    const { state, word } = back.get(row.id) ?? {}
    mine.delete(content)
    if (state === undefined) continue
    if (state !== 'refused') mine.set(content, row)
    missed.set(row.id, { refused: state === 'refused' ? asHeard(word ?? 'unexpected') : 'not_delivered' })
  }
  return missed
}
