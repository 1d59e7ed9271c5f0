/* A query that is asked again after every change, in this tab or another; and a change that is told when what somebody waits for has
   been painted. */
import { Dexie, liveQuery, type ObservabilitySet, type Transaction } from 'dexie'

/** Returns how to stop. */
export function follow<T>(query: () => Promise<T>, next: (answer: T) => void, error: () => void): () => void {
  // As an async function: of any other, Dexie follows only what it reads before it first waits.
  const running = liveQuery(async () => query()).subscribe({ next, error })
  return () => running.unsubscribe()
}

// should nobody say that it has been painted
const LATEST_MS = 1_000

let untold: ObservabilitySet[] = []

/** At the end of a transaction: what it has changed is told later. To tell a whole screen costs a slow phone as much as the keeping. */
export function tellLater({ idbtrans }: Transaction): void {
  const ended = idbtrans as IDBTransaction & { mutatedParts?: ObservabilitySet }
  const changed = ended.mutatedParts
  if (!changed) return
  delete ended.mutatedParts
  ended.addEventListener('complete', () => {
    untold.push(changed)
    setTimeout(tellNow, LATEST_MS)
  })
}

/** A page that is about to go tells the others first. */
;(globalThis as Partial<typeof globalThis>).addEventListener?.('pagehide', tellNow)

export function tellNow(): void {
  const changes = untold
  untold = []
  for (const changed of changes) Dexie.on.storagemutated.fire(changed)
}
