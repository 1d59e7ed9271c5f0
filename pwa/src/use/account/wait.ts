/* Seconds until something may be tried again, counted down. */
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'

export function useWait(): { left: ShallowRef<number>; begin: (ms: number) => void } {
  const left = shallowRef(0)
  let until = 0
  let timer: ReturnType<typeof setInterval> | undefined
  const look = () => {
    left.value = Math.max(0, Math.ceil((until - Date.now()) / 1000))
    if (left.value === 0) clearInterval(timer)
  }
  onScopeDispose(() => clearInterval(timer))
  return {
    left,
    begin(ms) {
      clearInterval(timer)
      until = Date.now() + ms
      timer = setInterval(look, 500)
      look()
    },
  }
}
