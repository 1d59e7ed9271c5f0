/* A database query as a ref that follows every change, in this tab or another, and ends with its screen. */
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import { follow } from '../../db/account/live'
import { heldUp } from './calm'

export interface Live<T> {
  now: ShallowRef<T>
  /** False until the first answer: an empty list is not the same as an unread one. */
  read: ShallowRef<boolean>
  failed: ShallowRef<boolean>
}

interface Beside<T> {
  /** What the query depends on beside the database: when it changes, the query is asked anew. */
  source?: () => unknown
  /** What the old source said is no answer to the new one, unless this lets it stand until then. */
  keep?: boolean
  /** What memory holds of the answer already, if anything. */
  known?: () => T | null
}

export function useLive<T>(query: () => Promise<T>, first: T, { source = () => null, keep = false, known = () => null }: Beside<T> = {}): Live<T> {
  const now = shallowRef(first) as ShallowRef<T>
  const read = shallowRef(false)
  const failed = shallowRef(false)
  const take = (answer: T) => {
    now.value = answer
    read.value = true
  }
  // Where nothing is in the way, nothing is put in it.
  const asked = () => {
    const busy = heldUp()
    return busy ? Promise.resolve(busy).then(query) : query()
  }
  const start = () => {
    const before = known()
    if (before !== null) take(before)
    return follow(asked, take, () => (failed.value = true))
  }
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
