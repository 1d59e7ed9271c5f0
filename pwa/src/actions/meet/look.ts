/* Looking for a code: the camera is open as long as somebody sees the screen, each picture goes to the reader, and every text that
   is read is told. What is decided about it is the caller's. */
import { openCamera, type Camera, type CameraWord, type Facing } from '../../device/camera'
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

export function look(parts: Parts): Looking {
  return new Look(parts)
}

class Look implements Looking {
  private readonly parts: Parts
  private readonly unwatch: () => void
  private camera: Camera | null = null
  private wanted = false
  private visible = true
  /** Whoever opened the camera before is no longer asked. */
  private turn = 0

  constructor(parts: Parts) {
    this.parts = parts
    this.unwatch = parts.watch((now) => this.turnTo(now))
  }

  begin(): void {
    this.wanted = true
    if (this.visible) void this.start()
  }

  rest(): void {
    this.stop()
    this.parts.tell({ as: 'resting' })
  }

  end(): void {
    this.stop()
    this.unwatch()
    this.parts.reader.close()
  }

  private turnTo(visible: boolean): void {
    this.visible = visible
    if (!this.wanted) return
    if (visible) void this.start()
    else {
      this.close()
      this.parts.tell({ as: 'resting' })
    }
  }

  private close(): void {
    this.turn += 1
    this.camera?.close()
    this.camera = null
  }

  private stop(): void {
    this.wanted = false
    this.close()
  }

  private fail(word: CameraWord | 'no_reader'): void {
    this.stop()
    this.parts.tell({ as: 'trouble', word })
  }

  private async start(): Promise<void> {
    this.close()
    const mine = this.turn
    this.parts.tell({ as: 'opening' })
    const opened = await this.parts.open()
    if (mine !== this.turn) {
      if (typeof opened !== 'string') opened.close()
      return
    }
    if (typeof opened === 'string') return this.fail(opened)
    this.camera = opened
    opened.onLost(() => mine === this.turn && this.fail('camera_busy'))
    this.parts.tell({ as: 'looking', camera: opened })
    await this.search(mine)
  }

  private async search(mine: number): Promise<void> {
    const { see, reader, hear, wait } = this.parts
    while (mine === this.turn) {
      const picture = see()
      const text = picture && (await reader.read(picture))
      if (mine !== this.turn) return
      if (reader.broken()) return this.fail('no_reader')
      if (text) hear(text)
      await wait(PAUSE_MS)
    }
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
export function openScanner(video: () => HTMLVideoElement | null, tell: Parts['tell'], hear: Parts['hear'], facing: Facing): Scanner {
  const reader = openReader()
  const see = () => {
    const shown = video()
    return shown && grab(shown)
  }
  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
  const looking: Looking = look({ open: () => openCamera(facing), reader, see, wait, watch: watchScreen, tell, hear })
  return {
    begin: () => looking.begin(),
    rest: () => looking.rest(),
    end: () => looking.end(),
    async readPhoto(file) {
      const picture = await pixelsOf(file)
      if (!picture) return { refused: 'photo_unreadable' }
      const text = await reader.read(picture)
      return text ? { text } : { refused: reader.broken() ? 'no_reader' : 'no_code' }
    },
  }
}
