/* Whether the server is still there. "Online" is said for a minute after it was last heard; before that minute is over it is asked
   again, as long as somebody looks. A probe is no exchange: it costs the server next to nothing. */
import type { Loop, Timers } from './loop'

const LOOK_MS = 5_000
/** Early enough that a probe's answer, or its failing, comes within the minute. */
const QUIET_MS = 45_000
const DARK_MS = 15_000

/** `reach` answers whether our own server answered. Returns how to stop. */
export function keepInTouch(loop: Loop, reach: () => Promise<boolean>, visible: () => boolean, timers: Timers): () => void {
  let stopped = false
  let tried = -Infinity
  let timer: unknown = null

  function isDue(): boolean {
    const { running, online, contact_at } = loop.state()
    if (running || !visible()) return false
    const heard = Math.max(tried, contact_at ?? -Infinity)
    return timers.now() - heard >= (online ? QUIET_MS : DARK_MS)
  }

  async function look(): Promise<void> {
    if (isDue()) {
      tried = timers.now()
      const there = await reach()
      if (!stopped) loop.probed(there)
    }
    if (!stopped) timer = timers.set(() => void look(), LOOK_MS)
  }

  timer = timers.set(() => void look(), LOOK_MS)
  return () => {
    stopped = true
    timers.clear(timer)
  }
}
