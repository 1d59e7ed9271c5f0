/* The page's side of the reader of codes: one picture at a time goes over to it, and a reader that hangs or falls is replaced. */
import workerUrl from './decode.worker.ts?worker&url'

export interface Asked {
  pixels: Uint8ClampedArray<ArrayBuffer>
  width: number
  height: number
}

export interface Told {
  text: string | null
  by: 'compiled' | 'plain'
}

export interface Reader {
  /** What the code in the picture says; null when none can be read. The picture's bytes are gone afterwards. */
  read: (picture: ImageData) => Promise<string | null>
  /** No reader can be had on this phone. */
  broken: () => boolean
  close: () => void
}

const MOST_MS = 8000
const MOST_FALLS = 3

interface TrustedTypes {
  createPolicy: (name: string, rules: { createScriptURL: (url: string) => string }) => { createScriptURL: (url: string) => unknown }
}

let trusted: unknown

/** The one other script address this app makes, beside the service worker's. */
function trustedUrl(): string {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes
  if (!types) return workerUrl
  trusted ??= types
    .createPolicy('jiangji-decode', {
      createScriptURL(url) {
        if (url !== workerUrl) throw new TypeError('not our reader')
        return url
      },
    })
    .createScriptURL(workerUrl)
  // A TrustedScriptURL stands where the DOM types still say string.
  return trusted as string
}

/** A build is one plain script, which older browsers can start as well; the development server only has modules. */
const startWorker = (): Worker => new Worker(trustedUrl(), { type: import.meta.env.PROD ? 'classic' : 'module' })

export function openReader(start: () => Worker = startWorker): Reader {
  let worker: Worker | null = null
  let falls = 0
  let open = true
  let give: (told: string | null) => void = () => undefined
  let before: Promise<unknown> = Promise.resolve()

  function fall(): void {
    falls += 1
    worker?.terminate()
    worker = null
    give(null)
  }

  function stand(): Worker | null {
    if (worker || !open || falls >= MOST_FALLS) return worker
    try {
      worker = start()
      worker.onmessage = ({ data }: MessageEvent<Told>) => {
        falls = 0
        give(data.text)
      }
      worker.onerror = fall
    } catch {
      falls = MOST_FALLS
    }
    return worker
  }

  const readOne = (picture: ImageData): Promise<string | null> =>
    new Promise((resolve) => {
      const reader = stand()
      if (!reader) return resolve(null)
      const alarm = setTimeout(fall, MOST_MS)
      give = (told) => {
        clearTimeout(alarm)
        resolve(told)
      }
      const pixels = picture.data as Uint8ClampedArray<ArrayBuffer>
      const asked: Asked = { pixels, width: picture.width, height: picture.height }
      reader.postMessage(asked, [pixels.buffer])
    })

  stand()
  return {
    read(picture) {
      const mine = before.then(() => readOne(picture)).catch(() => null)
      before = mine
      return mine
    },
    broken: () => falls >= MOST_FALLS,
    close() {
      open = false
      worker?.terminate()
      worker = null
      give(null)
    },
  }
}
