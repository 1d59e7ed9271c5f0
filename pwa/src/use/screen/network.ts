/* Whether this phone says it has a network at all: for screens before the log-in, where no line is open that would know better. */
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'

export function useNetwork(): ShallowRef<boolean> {
  const there = shallowRef(navigator.onLine)
  const look = () => (there.value = navigator.onLine)
  const events = ['online', 'offline']
  for (const event of events) window.addEventListener(event, look)
  onScopeDispose(() => events.forEach((event) => window.removeEventListener(event, look)))
  return there
}
