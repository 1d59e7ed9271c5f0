/* The PIN before a signing session: asked only when an act was refused for want of it, and the act then goes on by itself. */
import { shallowRef, type ShallowRef } from 'vue'
import { isRefused, tried, type Refused } from '../../../actions/refused'
import { openSigning, pinWaitMs } from '../../../actions/door/signing'
import type { Store } from '../../../actions/store'
import { sentenceOf, t } from '../../../texts'

interface Session {
  asking: ShallowRef<boolean>
  said: ShallowRef<string>
  /** Runs the act; with the PIN missing, asks for it first. A person who cancels gets `pin_needed` back. */
  run: <T>(act: () => Promise<T | Refused>) => Promise<T | Refused>
  typed: (pin: string) => Promise<void>
  cancel: () => void
}

export function useSession(db: Store): Session {
  const asking = shallowRef(false)
  const said = shallowRef('')
  let answer: (given: boolean) => void = () => undefined

  const ask = () =>
    new Promise<boolean>((resolve) => {
      said.value = ''
      asking.value = true
      answer = (given) => {
        asking.value = false
        resolve(given)
      }
    })

  async function run<T>(act: () => Promise<T | Refused>): Promise<T | Refused> {
    const done = await tried(act())
    if (!isRefused(done) || done.refused !== 'pin_needed') return done
    return (await ask()) ? tried(act()) : done
  }

  async function typed(pin: string): Promise<void> {
    const refused = await tried(openSigning(db, pin, Date.now()))
    if (!refused) answer(true)
    else if (refused.refused !== 'pin_wait') said.value = sentenceOf(refused.refused)
    else said.value = t('sign.pin_wait', { n: Math.ceil((await pinWaitMs(db, Date.now())) / 1000) })
  }

  return { asking, said, run, typed, cancel: () => answer(false) }
}
