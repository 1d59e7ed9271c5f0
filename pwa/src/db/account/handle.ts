/* Keep the handle alive. Browsers drop it in the background ("connection lost"); a dead handle is let go and opened again,
   at most three times. What remains is told to the caller as a word, never swallowed: there is no memory fallback. */
import { Dexie } from 'dexie'
import type { OwnWord } from '../../sync/own'

const TRIES = 3
const LOST = new Set(['DatabaseClosedError', 'InvalidStateError', 'UnknownError', 'OpenFailedError'])

export interface StoreTrouble {
  trouble: Extract<OwnWord, 'phone_full' | 'store_lost' | 'store_failed' | 'account_gone'>
}

export const isTrouble = (answer: unknown): answer is StoreTrouble =>
  typeof answer === 'object' && answer !== null && 'trouble' in answer

function namesOf(why: unknown): string[] {
  if (!(why instanceof Error)) return []
  const inner: unknown = 'inner' in why ? why.inner : undefined
  return [why.name, ...(inner && inner !== why ? namesOf(inner) : [])]
}

function isLost(why: unknown): boolean {
  if (namesOf(why).some((name) => LOST.has(name))) return true
  return why instanceof Error && /connection.*(lost|closing)|backing store/i.test(why.message)
}

const isFull = (why: unknown): boolean => namesOf(why).includes('QuotaExceededError')

const closed = new WeakSet<Dexie>()

/** Close for good: a query that comes late must not open again what a log-out has closed. */
export function shut(db: Dexie): void {
  closed.add(db)
  db.close()
}

async function reopen(db: Dexie): Promise<void> {
  db.close({ disableAutoOpen: false })
  await db.open()
}

/** Run work on the database. Work must be repeatable as a whole: one transaction, or reads only. */
export async function alive<T>(db: Dexie, work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work()
    } catch (why) {
      if (tried >= TRIES || closed.has(db) || !isLost(why)) throw why
      await reopen(db).catch(() => undefined)
    }
  }
}

/** The same for saving: what the phone can do to us comes back as a value the screen can show. */
export async function saving<T>(db: Dexie, work: () => Promise<T>): Promise<T | StoreTrouble> {
  try {
    return await alive(db, work)
  } catch (why) {
    if (isFull(why)) return { trouble: 'phone_full' }
    return { trouble: isLost(why) ? 'store_lost' : 'store_failed' }
  }
}

/** A page that was in the background asks whether its handle still lives before anybody needs it. */
export function probeWhenVisible(db: Dexie, page: Document): () => void {
  const probe = () => {
    if (page.visibilityState !== 'visible') return
    alive(db, () => db.table('meta').count()).catch(() => undefined)
  }
  page.addEventListener('visibilitychange', probe)
  return () => page.removeEventListener('visibilitychange', probe)
}
