/* What is done ahead while somebody thinks: not at every letter, and rather when his phone has nothing else to do. */
import { onScopeDispose, watch, type WatchSource } from 'vue'
import { whenIdle } from './calm'

const PAUSE_MS = 200

/** At first, and whenever these have changed and then stood still. */
export function usePause(sources: (WatchSource | object)[], work: () => void): void {
  let later: ReturnType<typeof setTimeout> | undefined
  let gone = false
  const wait = () => {
    clearTimeout(later)
    later = setTimeout(() => whenIdle(() => gone || work()), PAUSE_MS)
  }
  watch(sources, wait, { immediate: true })
  onScopeDispose(() => {
    gone = true
    clearTimeout(later)
  })
}
