/* An act that is signed, on a phone that may be shared: where the PIN is missing it is asked for once, in the frame (PinGate.vue),
   and the act is done after it. */
import { onScopeDispose, shallowRef, type Ref } from 'vue'
import { isRefused, tried, type Refused } from '../../actions/refused'
import type { RefusalWord } from '../../sync/own'

type Answer = (given: boolean) => void

const asked = shallowRef<Answer | null>(null)

/** Who waits for a PIN; null while nobody does. */
export const pinAsked: Readonly<Ref<Answer | null>> = asked

/** Runs the act; with the PIN missing, asks for it and runs the act again. Whoever cancels gets `pin_needed` back. */
export type Pinned = <T>(act: () => Promise<T | Refused>) => Promise<T | Refused>

export function usePinned(): Pinned {
  let mine: Answer | null = null
  // The screen that asked is gone: so is the question.
  onScopeDispose(() => mine?.(false))

  const ask = () =>
    new Promise<boolean>((resolve) => {
      asked.value?.(false)
      const answer = (given: boolean) => {
        if (asked.value === answer) asked.value = null
        mine = null
        resolve(given)
      }
      mine = asked.value = answer
    })

  return async (act) => {
    const made = await tried(act())
    return isRefused(made) && made.refused === 'pin_needed' && (await ask()) ? tried(act()) : made
  }
}

/** Why it was not done, for the screen to say; '' when it was, or when he who was asked for his PIN cancelled. */
export const whyNot = (made: unknown): RefusalWord | '' => (isRefused(made) && made.refused !== 'pin_needed' ? made.refused : '')
