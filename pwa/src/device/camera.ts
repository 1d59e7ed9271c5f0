/* The camera that looks away from whoever holds the phone, or, on a tablet that hangs on a wall, at whoever stands before it: opened
   for one visit, its light and its nearness where it has them, and let go of for good. */

export type CameraWord = 'no_camera' | 'camera_denied' | 'camera_busy'

export interface Zoom {
  least: number
  most: number
  step: number
}

export interface Camera {
  stream: MediaStream
  torch: boolean
  zoom: Zoom | null
  /** False when it did not do it. */
  light: (on: boolean) => Promise<boolean>
  approach: (near: number) => Promise<boolean>
  /** Called when somebody else takes it away. */
  onLost: (lost: () => void) => void
  close: () => void
}

/** What types do not know yet: https://w3c.github.io/mediacapture-image/ */
interface Abilities extends MediaTrackCapabilities {
  torch?: boolean
  zoom?: { min: number; max: number; step?: number }
  focusMode?: string[]
}

/** Which way it looks. */
export type Facing = 'environment' | 'user'

const wish = (facing: Facing): MediaStreamConstraints => ({
  audio: false,
  video: { facingMode: { ideal: facing }, width: { ideal: 1280 }, height: { ideal: 720 } },
})
/** More than this shows nothing but blur. */
const MOST_ZOOM = 5

const WORDS: Record<string, CameraWord> = {
  NotAllowedError: 'camera_denied',
  PermissionDeniedError: 'camera_denied',
  SecurityError: 'camera_denied',
  NotReadableError: 'camera_busy',
  TrackStartError: 'camera_busy',
  AbortError: 'camera_busy',
  InvalidStateError: 'camera_busy',
}

export const wordOf = (error: unknown): CameraWord => WORDS[(error as { name?: string } | null)?.name ?? ''] ?? 'no_camera'

function zoomOf({ zoom }: Abilities): Zoom | null {
  if (!zoom || !(zoom.max > zoom.min)) return null
  return { least: zoom.min, most: Math.min(zoom.max, zoom.min * MOST_ZOOM), step: zoom.step || 0.1 }
}

/** One camera at a time asks; a word when there is none to be had. */
export async function openCamera(facing: Facing = 'environment'): Promise<Camera | CameraWord> {
  const { mediaDevices } = navigator as Partial<Navigator>
  if (!mediaDevices?.getUserMedia) return 'no_camera'
  let stream: MediaStream
  try {
    stream = await mediaDevices.getUserMedia(wish(facing))
  } catch (error) {
    return wordOf(error)
  }
  const [track] = stream.getVideoTracks()
  if (!track) return 'no_camera'
  const can = (track.getCapabilities?.() ?? {}) as Abilities
  const set = (wish: object): Promise<boolean> => track.applyConstraints({ advanced: [wish] }).then(() => true, () => false)
  if (can.focusMode?.includes('continuous')) void set({ focusMode: 'continuous' })
  return {
    stream,
    torch: can.torch === true,
    zoom: zoomOf(can),
    light: (on) => set({ torch: on }),
    approach: (near) => set({ zoom: near }),
    onLost: (lost) => track.addEventListener('ended', lost),
    close: () => stream.getTracks().forEach((one) => one.stop()),
  }
}
