/* The line of one account to the server: loop, exchange and triggers joined. Open it at log-in, close it at log-out. */
import type { AccountDb } from '../db/account/account'
import { follow } from '../db/account/live'
import { dropMeta, putMeta } from '../db/account/meta'
import { countArrived, countUnsent, readOutbox } from '../db/book/outbox'
import { dropOldKept } from '../db/book/page'
import { isDue } from './batch'
import { learnNames, renewCertificate } from './care'
import { ask, type Fetch } from './door'
import { exchange, type Line } from './exchange'
import { createLoop, type Engine, type Loop, type LoopState } from './loop'
import { oneTab } from './lock'
import { openPhotos, type PhotoQueue } from './photos'
import { keepInTouch } from './touch'

const GREW_MS = 2_000
const PROBE_MS = 8_000
const TIDY_MS = 20_000

export const timers = {
  set: (work: () => void, ms: number) => setTimeout(work, ms),
  clear: (timer: unknown) => clearTimeout(timer as number),
  now: () => Date.now(),
}

const visible = () => document.visibilityState === 'visible'

function engineOf(line: Line, photos: PhotoQueue): Engine {
  const { db } = line
  return {
    round: (pace, signal) => oneTab(`${db.name}-sync`, () => exchange(line, pace, signal)),
    due: async () => (await readOutbox(db)).filter((row) => isDue(row, Date.now())).length,
    unsent: () => countUnsent(db),
    async settled(now) {
      await putMeta(db, 'synced_at', now)
      photos.wake()
      // Nobody waits for these; what fails is tried after the next exchange.
      void Promise.all([renewCertificate(line, now), learnNames(line)]).catch(() => undefined)
    },
    visible,
    timers,
  }
}

/** Tells when something new waits. As much may have come as has left: that something came, only the number of all that ever came tells
    for certain. */
export function whenGrown(db: AccountDb, grown: () => void, failed: () => void): () => void {
  let before: number[] | null = null
  const look = (counts: number[]) => {
    if (before && counts.some((count, at) => count > before![at]!)) grown()
    before = counts
  }
  return follow(() => Promise.all([countArrived(db), countUnsent(db)]), look, failed)
}

function wakeOn(loop: Loop, db: AccountDb): () => void {
  const now = () => loop.wake(0)
  const seen = () => visible() && loop.wake(0)
  // That there is no network a browser knows for certain; that there is one, only the server can show.
  const dark = () => loop.probed(false)
  window.addEventListener('online', now)
  window.addEventListener('offline', dark)
  document.addEventListener('visibilitychange', seen)
  const letBe = whenGrown(db, () => loop.wake(GREW_MS), now)
  return () => {
    window.removeEventListener('online', now)
    window.removeEventListener('offline', dark)
    document.removeEventListener('visibilitychange', seen)
    letBe()
  }
}

export interface OpenLine extends Loop {
  /** Until then it only says what the last run knew. */
  begin: () => void
}

/** `before` is what the last run knew. */
export function openLine(db: AccountDb, account: string, fetching: Fetch, build: string, before: Partial<LoopState>): OpenLine {
  const line = { db, account, fetching, build, now: () => Date.now(), chance: () => Math.random() }
  const photos = openPhotos(line)
  const loop = createLoop(engineOf(line, photos), before)
  const ends = [() => photos.stop(), () => loop.stop()]
  const reach = async () => {
    const got = await ask<{ ok?: unknown }>(fetching, '/api/health', { method: 'GET', timeout_ms: PROBE_MS })
    return got.as === 'answer' && got.answer.ok === true
  }
  return {
    begin() {
      void photos.compare().catch(() => undefined)
      // Housekeeping: a write no first screen waits for.
      const tidying = timers.set(() => void dropOldKept(db, Date.now()).catch(() => undefined), TIDY_MS)
      ends.unshift(() => timers.clear(tidying), keepInTouch(loop, reach, visible, timers), wakeOn(loop, db))
      loop.wake(0)
    },
    state: () => loop.state(),
    wake: (ms) => loop.wake(ms),
    watch: (tell) => loop.watch(tell),
    calm() {
      loop.calm()
      void dropMeta(db, 'alarm').catch(() => undefined)
    },
    probed: (there) => loop.probed(there),
    stop() {
      for (const end of ends) end()
    },
  }
}
