/* A query that is asked again after every change, in this tab or another. */
import { liveQuery } from 'dexie'

/** Returns how to stop. */
export function follow<T>(query: () => Promise<T>, next: (answer: T) => void, error: () => void): () => void {
  const running = liveQuery(query).subscribe({ next, error })
  return () => running.unsubscribe()
}
