/* The clock of a screen that stays open: read again and again, as finely as the screen needs it. */
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'

export function useNow(every_ms = 15_000): ShallowRef<number> {
  const now = shallowRef(Date.now())
  const timer = setInterval(() => (now.value = Date.now()), every_ms)
  onScopeDispose(() => clearInterval(timer))
  return now
}
