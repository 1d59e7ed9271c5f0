/* What somebody waits for is painted before anything else is read: the first screen, and the word that something is saved. Queries
   that follow the database wait for it; nothing they would tell is lost, for they read when they begin. */
import { tellNow } from '../../db/account/live'

let held: Promise<unknown> | null = null

/** From now until this has ended, well or not. */
export function holdUntil(end: Promise<unknown>): void {
  const both = Promise.allSettled([held, end]).then(() => {
    if (held === both) held = null
  })
  held = both
}

/** Null when nothing is in the way. */
export const heldUp = (): Promise<unknown> | null => held

/** At once when nothing is in the way. */
export function whenFree(work: () => void): void {
  if (held) void held.then(work)
  else work()
}

/** A slow phone may take long to paint; a page nobody looks at paints nothing, and does not wait for it. */
const LONGEST_MS = { visible: 1_000, hidden: 60 }

/** What was said can be read. */
export const painted = (): Promise<void> =>
  new Promise((go) => {
    requestAnimationFrame(() => setTimeout(go))
    setTimeout(go, LONGEST_MS[document.visibilityState])
  })

const turn = () => new Promise<void>((go) => setTimeout(go))

/** It can be read, and whatever else waited for that has been heard: now who follows the database is told what was kept, and a whole
    screen may be drawn. */
export const tellWhenPainted = (): Promise<void> => painted().then(turn).then(tellNow)

/** An act that waits for a network, or for a database that hangs, must not leave every other screen empty until then. */
const LONGEST_ACT_MS = 1_000

/** Somebody's act, and what is said of it when it is done. Whoever else waited for that to be told goes before the queries. */
export function undisturbed<T>(act: () => Promise<T>): Promise<T> {
  const made = act()
  const said = () => tellWhenPainted().then(turn)
  const tired = new Promise((go) => setTimeout(go, LONGEST_ACT_MS))
  holdUntil(Promise.race([made.then(said, said), tired]))
  return made
}

/** When nobody waits for anything else. */
export function whenIdle(work: () => void): void {
  const { requestIdleCallback } = window as Partial<Window>
  if (requestIdleCallback) requestIdleCallback.call(window, work, { timeout: 300 })
  else setTimeout(work, 300)
}
