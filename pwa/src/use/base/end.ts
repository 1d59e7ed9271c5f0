/* When a session that is being closed ended: now, as long as it runs and its trainer has not said otherwise. A roll stands open for
   the whole lesson, so the clock goes on beside it. */
import { computed, shallowRef, type WritableComputedRef } from 'vue'
import type { SessionDoc } from '../../sync/book'
import { dayOf, minuteOf } from '../../sync/days'
import { useNow } from '../screen/now'
import { endFor } from './lesson'

const TICK_MS = 5_000

export function useEnd(session: () => Pick<SessionDoc, 'day' | 'start' | 'end'>): WritableComputedRef<number> {
  const now = useNow(TICK_MS)
  const said = shallowRef<number | null>(null)
  return computed({
    get: () => said.value ?? endFor(session(), dayOf(now.value), minuteOf(now.value)),
    set: (minute) => (said.value = minute),
  })
}
