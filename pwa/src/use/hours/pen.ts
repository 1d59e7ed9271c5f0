/* Whoever has a form before him will save it: what that takes is read while he is still writing. */
import { onScopeDispose, watch, type Ref, type ShallowRef } from 'vue'
import type { AccountDb } from '../../db/account/account'
import { layReady, readPen, type Pen } from '../../db/book/pen'
import { useLive } from '../screen/live'

export function useReadyPen(db: AccountDb, which: Ref<string | null>): ShallowRef<Pen | null> {
  const book = () => which.value ?? ''
  const pen = useLive(async () => (book() ? readPen(db, new Map([[book(), [book()]]])) : null), null, { source: book })
  watch(pen.now, (now) => layReady(db, book(), now), { flush: 'sync' })
  onScopeDispose(() => layReady(db, book(), null))
  return pen.now
}
