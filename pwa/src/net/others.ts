/* The outboxes of the accounts that are not open. Each goes out by its own session while that lives, else by the session of the
   person who has the phone in hand: ops prove themselves, whoever brings them. */
import { accountDb, type AccountDb } from '../db/account/account'
import { readAccounts } from '../db/account/accounts'
import { shut } from '../db/account/handle'
import { putMeta } from '../db/account/meta'
import { readOutbox } from '../db/book/outbox'
import { isDue } from './batch'
import type { Fetch } from './door'
import { carry, exchange, type Line, type Round } from './exchange'
import { timers } from './line'
import { oneTab } from './lock'
import { createLoop, type Engine, type Loop } from './loop'
import type { Pace } from './pace'
import { openPhotos, type PhotoQueue } from './photos'

/** By its own session first: only that one brings the documents too. */
export async function bring(line: Line, carrier: string | null, pace: Pace, signal: AbortSignal): Promise<Round> {
  const own = await exchange(line, pace, signal)
  return own.outcome === 'login' && carrier !== null ? carry({ ...line, account: carrier }, pace, signal) : own
}

function engineOf(line: Line, carrier: string | null, photos: PhotoQueue): Engine {
  const { db, account } = line
  let by_itself = false
  return {
    round: (pace, signal) =>
      oneTab(`${db.name}-sync`, async () => {
        const round = await bring(line, carrier, pace, signal)
        by_itself = round.outcome === 'answer' && !round.carried
        return round
      }),
    // An account taken off this phone meanwhile must not be opened again, not even to look whether something waits in it.
    async due() {
      if (!(await readAccounts()).some((row) => row.id === account)) return 0
      return (await readOutbox(db)).filter((row) => isDue(row, Date.now())).length
    },
    // Nobody sees this line's count, so nothing is opened for it either.
    unsent: () => Promise.resolve(0),
    async settled(now) {
      if (!by_itself) return
      await putMeta(db, 'synced_at', now)
      photos.wake()
    },
    // Nobody looks at it: it only goes out while something waits.
    visible: () => false,
    timers,
  }
}

/** Returns how to stop. `open` is the account in hand, null while none is. */
export async function bringOthers(open: string | null, fetching: Fetch, build: string): Promise<() => void> {
  const others = (await readAccounts()).filter((row) => row.id !== open)
  const running = others.map(({ id }): [Loop, AccountDb, PhotoQueue] => {
    const line = { db: accountDb(id), account: id, fetching, build, now: () => Date.now(), chance: () => Math.random() }
    // Photos prove nothing by themselves: only the account's own session may bring them.
    const photos = openPhotos(line)
    return [createLoop(engineOf(line, open, photos)), line.db, photos]
  })
  const wake = () =>
    running.forEach(([loop, , photos]) => {
      loop.wake(0)
      photos.wake()
    })
  window.addEventListener('online', wake)
  document.addEventListener('visibilitychange', wake)
  wake()
  return () => {
    window.removeEventListener('online', wake)
    document.removeEventListener('visibilitychange', wake)
    for (const [loop, db, photos] of running) {
      photos.stop()
      loop.stop()
      shut(db)
    }
  }
}
