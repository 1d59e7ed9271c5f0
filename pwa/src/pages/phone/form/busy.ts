/* An act that is under way is not begun a second time. It is told only when it takes a while: a word that comes and goes at once is
   read by nobody, and costs a slow phone a picture of its own. */
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'

const SHORT_MS = 200

interface Busy {
  /** It takes a while. */
  told: ShallowRef<boolean>
  /** False when it is under way already. */
  begin: () => boolean
  end: () => void
}

export function useBusy(): Busy {
  const told = shallowRef(false)
  let under = false
  let later: ReturnType<typeof setTimeout> | undefined
  const hush = () => clearTimeout(later)
  onScopeDispose(hush)
  return {
    told,
    begin() {
      if (under) return false
      under = true
      later = setTimeout(() => (told.value = true), SHORT_MS)
      return true
    },
    end() {
      hush()
      under = told.value = false
    },
  }
}
