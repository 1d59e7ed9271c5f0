/* The screen stays lit while somebody else's camera looks at it. Browsers without that go dark as always. */
import { onMounted, onScopeDispose } from 'vue'

export function useAwake(): void {
  let lock: WakeLockSentinel | null = null
  let over = false

  async function hold(): Promise<void> {
    // A page that was hidden has lost its lock.
    if (over || document.visibilityState !== 'visible') return
    const taken = await (navigator as Partial<Navigator>).wakeLock?.request('screen').catch(() => null)
    if (over) void taken?.release().catch(() => undefined)
    else lock = taken ?? null
  }

  const wake = () => void hold()
  onMounted(() => {
    wake()
    document.addEventListener('visibilitychange', wake)
  })
  onScopeDispose(() => {
    over = true
    document.removeEventListener('visibilitychange', wake)
    void lock?.release().catch(() => undefined)
  })
}
