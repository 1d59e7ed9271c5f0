/* The line of one account to the server: loop, exchange and triggers joined. Open it at log-in, close it at log-out. */
import type { AccountDb } from '../db/account'
import { follow } from '../db/live'
import { putMeta, readMeta } from '../db/meta'
import { countUnsent, readOutbox } from '../db/outbox'
import { dropOldKept } from '../db/page'
import { isDue } from './batch'
import { learnNames, renewCertificate } from './care'
import type { Fetch } from './door'
import { exchange, type Line } from './exchange'
import { createLoop, type Engine, type Loop } from './loop'
import { oneTab } from './lock'
import { openPhotos, type PhotoQueue } from './photos'

const GREW_MS = 2_000

export const timers = {
  set: (work: () => void, ms: number) => setTimeout(work, ms),
  clear: (timer: unknown) => clearTimeout(timer as number),
  now: () => Date.now(),
}

function engineOf(line: Line, photos: PhotoQueue): Engine {
  const { db } = line
  return {
    round: (pace, signal) => oneTab(`${db.name}-sync`, () => exchange(line, pace, signal)),
    due: async () => (await readOutbox(db)).filter((row) => isDue(row, Date.now())).length,
    async settled(now) {
      await putMeta(db, 'synced_at', now)
      photos.wake()
      // Nobody waits for these; what fails is tried after the next exchange.
      void Promise.all([renewCertificate(line, now), learnNames(line)]).catch(() => undefined)
    },
    visible: () => document.visibilityState === 'visible',
    timers,
  }
}

function wakeOn(loop: Loop, db: AccountDb): () => void {
  const now = () => loop.wake(0)
  const seen = () => document.visibilityState === 'visible' && loop.wake(0)
  window.addEventListener('online', now)
  document.addEventListener('visibilitychange', seen)
  let before = 0
  const grew = (unsent: number) => {
    if (unsent > before) loop.wake(GREW_MS)
    before = unsent
  }
  const letBe = follow(() => countUnsent(db), grew, now)
  return () => {
    window.removeEventListener('online', now)
    document.removeEventListener('visibilitychange', seen)
    letBe()
  }
}

export async function openLine(db: AccountDb, account: string, fetching: Fetch, build: string): Promise<Loop> {
  const synced_at = (await readMeta(db, 'synced_at')) ?? null
  const reset = (await readMeta(db, 'alarm')) !== undefined
  await dropOldKept(db, Date.now())
  const line = { db, account, fetching, build, now: () => Date.now(), chance: () => Math.random() }
  const photos = openPhotos(line)
  const loop = createLoop(engineOf(line, photos), { synced_at, reset })
  const sleep = wakeOn(loop, db)
  loop.wake(0)
  return {
    state: () => loop.state(),
    wake: (ms) => loop.wake(ms),
    watch: (tell) => loop.watch(tell),
    stop() {
      sleep()
      photos.stop()
      loop.stop()
    },
  }
}
