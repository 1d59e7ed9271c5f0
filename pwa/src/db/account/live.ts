/* A query that is asked again after every change, in this tab or another. */
import { Dexie, liveQuery, type ObservabilitySet, type Transaction } from 'dexie'

/** Returns how to stop. */
export function follow<T>(query: () => Promise<T>, next: (answer: T) => void, error: () => void): () => void {
  const running = liveQuery(query).subscribe({ next, error })
  return () => running.unsubscribe()
}

// a picture on a slow phone
const LATER_MS = 100

/** At the end of a transaction: what it has changed is told a moment after it is complete. Who waits for it comes first; to tell a whole
    screen costs a slow phone as much as the keeping. */
export function tellLater({ idbtrans }: Transaction): void {
  const ended = idbtrans as IDBTransaction & { mutatedParts?: ObservabilitySet }
  const changed = ended.mutatedParts
  if (!changed) return
  delete ended.mutatedParts
  ended.addEventListener('complete', () => setTimeout(() => Dexie.on.storagemutated.fire(changed), LATER_MS))
}
