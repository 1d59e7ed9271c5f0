/* An act that is under way is not begun a second time. It is said only when it takes a while: a word that comes and goes at once is
   read by nobody, and costs a slow phone a picture of its own. */
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'

const SHORT_MS = 200

interface Busy {
  /** It takes a while. */
  slow: ShallowRef<boolean>
  /** False when it is under way already. */
  begin: () => boolean
  end: () => void
}

export function useBusy(): Busy {
  const slow = shallowRef(false)
  let under = false
  let later: ReturnType<typeof setTimeout> | undefined
  const hush = () => clearTimeout(later)
  onScopeDispose(hush)
  return {
    slow,
    begin() {
      if (under) return false
      under = true
      later = setTimeout(() => (slow.value = true), SHORT_MS)
      return true
    },
    end() {
      hush()
      under = slow.value = false
    },
  }
}
