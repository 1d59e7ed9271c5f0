/* Where nothing may be kept (WeChat's own browser): a save counts once the server has it, and until then the form has the text.
   The op goes out through the outbox like any other; what was not taken in time is taken back, and if the same is saved again, the
   same op is sent again: should the server have had it after all, it is there once. */
import type { AccountDb } from '../db/account'
import { follow } from '../db/live'
import { readMeta } from '../db/meta'
import { keepOps, readStates, takeBack } from '../db/outbox'
import { isTrouble } from '../db/handle'
import type { Refused } from './door'

type Rows = Parameters<typeof keepOps>[1]

const WAIT_MS = 20_000

export const isOnce = async (db: AccountDb): Promise<boolean> => (await readMeta(db, 'once')) === true

/** What was taken back, by account and content. Only in memory: it exists nowhere else. */
const unsure = new Map<string, Rows>()

const contentOf = (db: AccountDb, acts: { book: string; kind: string; of: string | null; body: unknown }[]): string =>
  JSON.stringify([db.name, ...acts.map(({ book, kind, of, body }) => [book, kind, of, body])])

export const takenBack = (db: AccountDb, acts: Parameters<typeof contentOf>[1]): Rows | undefined => unsure.get(contentOf(db, acts))

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

/** Null when the server has them all. */
export async function deliver(db: AccountDb, acts: Parameters<typeof contentOf>[1], rows: Rows, wait_ms = WAIT_MS): Promise<null | Refused> {
  const kept = await keepOps(db, rows)
  if (isTrouble(kept)) return { refused: kept.trouble }
  const ids = rows.map(({ id }) => id)
  await heard(db, ids, wait_ms)
  const back = await takeBack(db, ids)
  const content = contentOf(db, acts)
  unsure.delete(content)
  const [first] = back
  if (!first) return null
  if (first.state === 'refused') return { refused: first.word ?? 'unexpected' }
  unsure.set(content, rows)
  return { refused: 'not_delivered' }
}
