/* The page's side of the service worker: register, notice a new build, and reload only the tab whose person asked for it;
   every other tab keeps what is being typed and shows the same question. */
export interface Shell {
  accept: () => void
  /** Keep the whole shell on this phone from now on. Called once the first screen stands: a slow line carries one thing at a time. */
  keep: () => void
}

const HOUR_MS = 3600 * 1000

interface TrustedTypes {
  createPolicy: (name: string, rules: { createScriptURL: (url: string) => string }) => { createScriptURL: (url: string) => unknown }
}

/** The only script address this app ever makes; with Trusted Types the browser holds us to it. */
function workerUrl(): string {
  const types = (window as { trustedTypes?: TrustedTypes }).trustedTypes
  if (!types) return '/sw.js'
  const policy = types.createPolicy('jiangji', {
    createScriptURL(url) {
      if (url !== '/sw.js') throw new TypeError('not our worker')
      return url
    },
  })
  // A TrustedScriptURL stands where the DOM types still say string.
  return policy.createScriptURL('/sw.js') as string
}

function tellWhenReady(registration: ServiceWorkerRegistration, ready: () => void): void {
  // Without an active worker this is the first visit: nothing old is running. A first visit may last for days, though, and
  // its page has no controller all the time.
  const look = () => registration.waiting && registration.active && ready()
  look()
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', look)
  })
}

const isNews = (sent: unknown): boolean => typeof sent === 'object' && sent !== null && 'type' in sent && sent.type === 'NEWS'

export function startShell(ready: () => void, news: () => void): Shell {
  let asked = false
  let registration: ServiceWorkerRegistration | undefined
  const { serviceWorker } = navigator as Partial<Navigator>
  if (!serviceWorker || !import.meta.env.PROD) return { accept: () => location.reload(), keep: () => undefined }
  const controlled = serviceWorker.controller !== null
  serviceWorker.addEventListener('controllerchange', () => {
    if (asked) location.reload()
    else if (controlled) ready()
  })
  serviceWorker.addEventListener('message', (event: MessageEvent<unknown>) => isNews(event.data) && news())
  const again = () => void registration?.update().catch(() => undefined)
  async function keep(): Promise<void> {
    registration = await serviceWorker?.register(workerUrl(), { scope: '/', updateViaCache: 'none' })
    if (registration) tellWhenReady(registration, ready)
    setInterval(again, HOUR_MS)
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && again())
  }
  return {
    // No worker (a private window, WeChat on iPhone): the app works as a page and says so nowhere falsely.
    keep: () => void keep().catch(() => undefined),
    accept() {
      asked = true
      if (registration?.waiting) registration.waiting.postMessage({ type: 'SKIP_WAITING' })
      else location.reload()
    },
  }
}
