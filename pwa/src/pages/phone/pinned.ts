/* An act that is signed, on a phone that may be shared: where the PIN is missing it is asked for, and the act done after. */
import { shallowRef, type ShallowRef } from 'vue'
import { isRefused, tried } from '../../actions/refused'
import { openSigning } from '../../actions/door/signing'
import type { Store } from '../../actions/store'

type Signed = () => Promise<unknown>

export interface Pinned {
  asking: ShallowRef<boolean>
  /** Why the last PIN did not open. */
  said: ShallowRef<string>
  /** Why the act was refused; '' while nothing is wrong. */
  word: ShallowRef<string>
  busy: ShallowRef<boolean>
  run: (act: Signed, done: () => unknown) => Promise<void>
  typed: (pin: string) => Promise<void>
  cancel: () => void
}

export function usePinned(db: Store): Pinned {
  const asking = shallowRef(false)
  const said = shallowRef('')
  const word = shallowRef('')
  const busy = shallowRef(false)
  let waiting: { act: Signed; done: () => unknown } | null = null

  async function run(act: Signed, done: () => unknown) {
    if (busy.value) return
    busy.value = true
    const made = await tried(act())
    busy.value = false
    asking.value = isRefused(made) && made.refused === 'pin_needed'
    waiting = asking.value ? { act, done } : null
    word.value = isRefused(made) && !asking.value ? made.refused : ''
    if (!isRefused(made)) await done()
  }

  async function typed(pin: string) {
    const refused = await tried(openSigning(db, pin, Date.now()))
    said.value = refused ? refused.refused : ''
    if (!refused && waiting) await run(waiting.act, waiting.done)
  }

  const cancel = () => {
    asking.value = false
    waiting = null
  }
  return { asking, said, word, busy, run, typed, cancel }
}
