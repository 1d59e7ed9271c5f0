/* Looking for a code: the camera is open as long as somebody sees the screen, each picture goes to the reader, and every text that
   is read is told. What is decided about it is the caller's. */
import { openCamera, type Camera, type CameraWord } from '../../device/camera'
import { openReader, type Reader } from '../../device/decode'
import { grab, pixelsOf } from '../../device/pixels'
import type { Refused } from '../refused'

export type { Camera, Zoom } from '../../device/camera'

export type Sight =
  | { as: 'opening' }
  | { as: 'looking'; camera: Camera }
  /** Nobody looks at the screen, or enough was read. */
  | { as: 'resting' }
  | { as: 'trouble'; word: CameraWord | 'no_reader' }

export interface Parts {
  open: () => Promise<Camera | CameraWord>
  reader: Reader
  /** What is before the camera now; null when there is no picture yet. */
  see: () => ImageData | null
  wait: (ms: number) => Promise<void>
  /** Hands on whether the screen is seen; returns how to stop that. */
  watch: (seen: (now: boolean) => void) => () => void
  tell: (sight: Sight) => void
  hear: (text: string) => void
}

export interface Looking {
  /** Open the camera (again). */
  begin: () => void
  /** Close it until `begin`. */
  rest: () => void
  end: () => void
}

/** A code on a screen stands for a quarter of a second; the phone must not grow hot. */
const PAUSE_MS = 40

export function look({ open, reader, see, wait, watch, tell, hear }: Parts): Looking {
  let camera: Camera | null = null
  let wanted = false
  let visible = true
  /** Whoever opened the camera before is no longer asked. */
  let turn = 0

  function close(): void {
    turn += 1
    camera?.close()
    camera = null
  }

  async function search(mine: number): Promise<void> {
    while (mine === turn) {
      const picture = see()
      const text = picture && (await reader.read(picture))
      if (mine !== turn) return
      if (reader.broken()) {
        stop()
        return tell({ as: 'trouble', word: 'no_reader' })
      }
      if (text) hear(text)
      await wait(PAUSE_MS)
    }
  }

  async function start(): Promise<void> {
    close()
    const mine = turn
    tell({ as: 'opening' })
    const opened = await open()
    if (mine !== turn) {
      if (typeof opened !== 'string') opened.close()
      return
    }
    if (typeof opened === 'string') {
      wanted = false
      return tell({ as: 'trouble', word: opened })
    }
    camera = opened
    camera.onLost(() => {
      if (mine !== turn) return
      stop()
      tell({ as: 'trouble', word: 'camera_busy' })
    })
    tell({ as: 'looking', camera })
    await search(mine)
  }

  function stop(): void {
    wanted = false
    close()
  }

  function rest(): void {
    stop()
    tell({ as: 'resting' })
  }

  const unwatch = watch((now) => {
    visible = now
    if (!wanted) return
    if (now) void start()
    else {
      close()
      tell({ as: 'resting' })
    }
  })
  return {
    begin() {
      wanted = true
      if (visible) void start()
    },
    rest,
    end() {
      stop()
      unwatch()
      reader.close()
    },
  }
}

function watchScreen(seen: (now: boolean) => void): () => void {
  const say = () => seen(document.visibilityState === 'visible')
  document.addEventListener('visibilitychange', say)
  return () => document.removeEventListener('visibilitychange', say)
}

export interface Scanner extends Looking {
  /** What the code in a photo says. */
  readPhoto: (file: Blob) => Promise<{ text: string } | Refused>
}

/** With the real camera, shown in the video. */
export function openScanner(video: () => HTMLVideoElement | null, tell: Parts['tell'], hear: Parts['hear']): Scanner {
  const reader = openReader()
  const see = () => {
    const shown = video()
    return shown && grab(shown)
  }
  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
  const looking = look({ open: openCamera, reader, see, wait, watch: watchScreen, tell, hear })
  return {
    ...looking,
    async readPhoto(file) {
      const picture = await pixelsOf(file)
      if (!picture) return { refused: 'photo_unreadable' }
      const text = await reader.read(picture)
      return text ? { text } : { refused: reader.broken() ? 'no_reader' : 'no_code' }
    },
  }
}
