/* A live value whose code is fetched after the first screen. */
import { effectScope, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { whenFree } from './calm'

/** null until it has come; it ends with the screen that asked for it. */
export function useLater<T>(fetch: () => Promise<() => Ref<T>>): ShallowRef<T | null> {
  const now = shallowRef<T | null>(null) as ShallowRef<T | null>
  const scope = effectScope()
  whenFree(() => {
    void fetch().then(
      (use) => scope.active && scope.run(() => watch(use(), (next) => (now.value = next), { immediate: true })),
      () => undefined,
    )
  })
  return now
}
