/* What the pieces of a long list share: their turns at the screen, one piece a turn, so that between two a finger is heard; and how
   high each was when it was last seen, so that the way back leads to the same line. */
export const heights = new Map<string, number>()

const waiting = new Set<() => void>()
let running = false

function next(): void {
  const [work] = waiting
  if (!work) {
    running = false
    return
  }
  waiting.delete(work)
  work()
  setTimeout(next)
}

/** Returns how to take it back. */
export function inTurn(work: () => void): () => void {
  waiting.add(work)
  if (!running) {
    running = true
    setTimeout(next)
  }
  return () => waiting.delete(work)
}
