/* A database query as a ref that follows every change, in this tab or another, and ends with its screen. */
import { liveQuery } from 'dexie'
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'

export interface Live<T> {
  now: ShallowRef<T>
  /** False until the first answer: an empty list is not the same as an unread one. */
  read: ShallowRef<boolean>
  failed: ShallowRef<boolean>
}

/** `source` is what the query depends on beside the database: when it changes, the query is asked anew. */
export function useLive<T>(query: () => Promise<T>, first: T, source: () => unknown = () => null): Live<T> {
  const now = shallowRef(first) as ShallowRef<T>
  const read = shallowRef(false)
  const failed = shallowRef(false)
  const follow = () =>
    liveQuery(query).subscribe({
      next(answer) {
        now.value = answer
        read.value = true
      },
      error() {
        failed.value = true
      },
    })
  let running = follow()
  watch(source, () => {
    running.unsubscribe()
    running = follow()
  })
  onScopeDispose(() => running.unsubscribe())
  return { now, read, failed }
}
