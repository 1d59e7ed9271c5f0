/* Sideways with a finger: a shortcut for two buttons that are there as well. Up and down stay the page's. */
import { computed, shallowRef, type ComputedRef } from 'vue'

const SURE_PX = 96
const BEGIN_PX = 12

interface Swipe {
  /** How far the row has been pushed, in pixels. */
  shift: ComputedRef<number>
  /** Which act would follow if the finger left now. */
  sure: ComputedRef<'start' | 'end' | null>
  down: (event: PointerEvent) => void
  move: (event: PointerEvent) => void
  up: () => void
  cancel: () => void
  /** A push ends with a click, which is not meant as one. */
  swallow: (event: Event) => void
}

const still = (): boolean => window.matchMedia('(prefers-reduced-motion: reduce)').matches

export function useSwipe(may: () => boolean, act: (towards: 'start' | 'end') => void): Swipe {
  const pushed = shallowRef(0)
  const calm = shallowRef(false)
  let from: { x: number; y: number } | null = null
  let pushing = false
  const sure = computed(() => (Math.abs(pushed.value) < SURE_PX ? null : pushed.value > 0 ? 'end' : 'start'))

  const cancel = () => {
    from = null
    pushed.value = 0
  }
  return {
    sure,
    shift: computed(() => (calm.value ? 0 : pushed.value)),
    down(event) {
      pushing = false
      calm.value = still()
      from = may() && event.isPrimary && event.button === 0 ? { x: event.clientX, y: event.clientY } : null
    },
    move(event) {
      if (!from) return
      const x = event.clientX - from.x
      if (!pushing && Math.abs(event.clientY - from.y) > Math.max(BEGIN_PX, Math.abs(x))) from = null
      else if (pushing || Math.abs(x) > BEGIN_PX) {
        if (!pushing) (event.currentTarget as Element).setPointerCapture?.(event.pointerId)
        pushing = true
        pushed.value = x
      }
    },
    up() {
      const towards = from ? sure.value : null
      cancel()
      if (towards) act(towards)
    },
    cancel,
    swallow(event) {
      if (!pushing) return
      pushing = false
      event.preventDefault()
      event.stopPropagation()
    },
  }
}
