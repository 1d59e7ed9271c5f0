/* A database query as a ref that follows every change, in this tab or another, and ends with its screen. */
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import { follow } from '../../db/account/live'

export interface Live<T> {
  now: ShallowRef<T>
  /** False until the first answer: an empty list is not the same as an unread one. */
  read: ShallowRef<boolean>
  failed: ShallowRef<boolean>
}

/** `source` is what the query depends on beside the database: when it changes, the query is asked anew. What the old source said is
    no answer to the new one, unless it says so itself: `keep` lets it stand until then. */
export function useLive<T>(query: () => Promise<T>, first: T, source: () => unknown = () => null, keep = false): Live<T> {
  const now = shallowRef(first) as ShallowRef<T>
  const read = shallowRef(false)
  const failed = shallowRef(false)
  const take = (answer: T) => {
    now.value = answer
    read.value = true
  }
  const start = () => follow(query, take, () => (failed.value = true))
  let stop = start()
  watch(source, () => {
    stop()
    if (!keep) {
      now.value = first
      read.value = false
    }
    stop = start()
  })
  onScopeDispose(() => stop())
  return { now, read, failed }
}
