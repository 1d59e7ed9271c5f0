/* The kiosk's clock, and the code that goes with it: another one each half minute. */
import { onScopeDispose, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { drawCode, type Drawn } from '../../actions/base/kiosk'
import { isRefused, tried } from '../../actions/refused'
import type { Store } from '../../actions/store'
import { turnOf, type Code } from '../../sync/code'

const SECOND_MS = 1000

/** Every second, as the clock on the wall turns. */
export function useClock(): ShallowRef<number> {
  const now = shallowRef(Date.now())
  let timer: ReturnType<typeof setTimeout> | undefined
  const tick = () => {
    now.value = Date.now()
    timer = setTimeout(tick, SECOND_MS - (now.value % SECOND_MS))
  }
  tick()
  onScopeDispose(() => clearTimeout(timer))
  return now
}

export type Said = Omit<Code, 'turn'>

/** Nothing while nobody says what for. A code that is over is never left standing: another one takes its place, or none. */
export function useCode(db: Store, said: Ref<Said | null>, now: Ref<number>): { drawn: ShallowRef<Drawn | null>; word: ShallowRef<string> } {
  const drawn = shallowRef<Drawn | null>(null)
  const word = shallowRef('')
  let asked = 0
  watch(
    [() => JSON.stringify(said.value), () => turnOf(now.value)],
    async ([what, turn], before) => {
      asked += 1
      const mine = asked
      if (before[0] !== what) drawn.value = null
      if (!said.value) return
      const made = await tried(drawCode(db, said.value, now.value, location.origin))
      if (mine !== asked) return
      word.value = isRefused(made) ? made.refused : ''
      drawn.value = isRefused(made) || made.turn !== turn ? null : made
    },
    { immediate: true },
  )
  return { drawn, word }
}
