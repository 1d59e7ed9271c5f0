/* Whoever has a form before him will save it: what that takes is read while he is still writing. */
import { onScopeDispose, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { AccountDb } from '../../db/account/account'
import { layReady, readPen } from '../../db/book/pen'
import { useLive } from '../screen/live'

/** Counts how often it was laid ready anew. */
export function useReadyPen(db: AccountDb, which: Ref<string | null>): ShallowRef<number> {
  const book = () => which.value ?? ''
  const pen = useLive(async () => (book() ? readPen(db, new Map([[book(), [book()]]])) : null), null, { source: book })
  const times = shallowRef(0)
  watch(pen.now, (now) => {
    layReady(db, book(), now)
    times.value += 1
  }, { flush: 'sync' })
  onScopeDispose(() => layReady(db, book(), null))
  return times
}
