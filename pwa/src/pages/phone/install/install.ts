/* Putting the app on the home screen: whether the browser offers to do it itself, and whether somebody was told. */
import { computed, shallowRef, type ComputedRef } from 'vue'
import { isInstalled } from '../../../actions/door/browser'

const TOLD = 'jiangji-install'
type Told = 'saved' | 'done' | ''

/** Storage that is closed to us means that nobody is ever told: better than telling him every day. */
function readTold(): Told {
  try {
    const told = localStorage.getItem(TOLD)
    return told === 'saved' || told === 'done' ? told : ''
  } catch {
    return 'done'
  }
}

interface InstallPrompt extends Event {
  prompt: () => Promise<unknown>
}

const told = shallowRef<Told>(readTold())
const prompt = shallowRef<InstallPrompt | null>(null)

function tell(now: Told): void {
  told.value = now
  try {
    localStorage.setItem(TOLD, now)
  } catch {
    // It holds until the page is closed.
  }
}

window.addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault()
  prompt.value = event as InstallPrompt
})
window.addEventListener('appinstalled', () => {
  prompt.value = null
  tell('done')
})

interface Install {
  /** After the first thing was saved here, until somebody has put it away. */
  due: ComputedRef<boolean>
  /** The browser asks by itself when `ask` is called. */
  offers: ComputedRef<boolean>
  ask: () => Promise<void>
  firstSaved: () => void
  putAway: () => void
}

export function useInstall(): Install {
  return {
    due: computed(() => told.value === 'saved' && !isInstalled()),
    offers: computed(() => prompt.value !== null),
    async ask() {
      await prompt.value?.prompt()
      // A browser lets itself be asked once.
      prompt.value = null
    },
    firstSaved() {
      if (told.value === '') tell('saved')
    },
    putAway: () => tell('done'),
  }
}
