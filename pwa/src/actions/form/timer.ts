/* Stories about the timer. It lives in the account's database: a phone that dies has not stopped it. */
import type { AccountDb } from '../../db/account/account'
import { dropMeta, putMeta, readMeta } from '../../db/account/meta'
import { beginOf, MINUTE_MS, plusDays } from '../../sync/days'

/** One that runs already goes on. */
export async function startTimer(db: AccountDb, book: string, now: number): Promise<void> {
  const running = await readMeta(db, 'timer')
  if (!running) await putMeta(db, 'timer', { book, started_at: now, stopped_at: null })
}

/** Stopped, it keeps what it measured until that is written down or thrown away. */
export async function stopTimer(db: AccountDb, now: number): Promise<void> {
  const timer = await readMeta(db, 'timer')
  if (timer && timer.stopped_at === null) await putMeta(db, 'timer', { ...timer, stopped_at: now })
}

export const dropTimer = (db: AccountDb): Promise<void> => dropMeta(db, 'timer')

/** The part on this day is written down. What it measured after midnight is still to be written. */
export async function bookTimer(db: AccountDb, day: string, now: number): Promise<void> {
  const timer = await readMeta(db, 'timer')
  if (!timer) return
  const midnight = beginOf(plusDays(day, 1))
  const end = timer.stopped_at ?? now
  if (timer.started_at < midnight && end - midnight >= MINUTE_MS) {
    await putMeta(db, 'timer', { ...timer, started_at: midnight, stopped_at: end })
  } else await dropMeta(db, 'timer')
}
