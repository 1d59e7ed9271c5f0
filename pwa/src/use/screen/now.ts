/* The clock of a screen that stays open: read again and again, as finely as the screen needs it, and when a phone that was laid aside
   is looked at again. */
import { computed, onScopeDispose, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import { dayOf } from '../../sync/days'

export function useNow(every_ms = 15_000): ShallowRef<number> {
  const now = shallowRef(Date.now())
  const look = () => (now.value = Date.now())
  const page = (globalThis as Partial<typeof globalThis>).document
  const timer = setInterval(look, every_ms)
  page?.addEventListener('visibilitychange', look)
  onScopeDispose(() => {
    clearInterval(timer)
    page?.removeEventListener('visibilitychange', look)
  })
  return now
}

/** A phone that lay open over midnight shows the new day. */
export function useToday(): ComputedRef<string> {
  const now = useNow()
  return computed(() => dayOf(now.value))
}
