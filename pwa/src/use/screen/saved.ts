/* "Saved on this phone", for a moment after it is true. Whoever saves says so; the frame shows it on whatever screen comes next.
   It is never the only sign: the thing saved stands in the book, and the status line counts it. */
import { shallowRef, type ShallowRef } from 'vue'

const SHOWN_MS = 5_000

const shown = shallowRef(false)
let timer: ReturnType<typeof setTimeout> | undefined

export interface SavedEntry {
  id: string
  day: string
}

/** The entry saved last, so that the screen that comes next can show where it stands. */
export const justSaved = shallowRef<(SavedEntry & { at: number }) | null>(null)

export function noteSaved(entry: SavedEntry | null = null): void {
  justSaved.value = entry && { ...entry, at: Date.now() }
  clearTimeout(timer)
  shown.value = true
  timer = setTimeout(() => (shown.value = false), SHOWN_MS)
}

export const useSaved = (): Readonly<ShallowRef<boolean>> => shown

const LONGEST_MS = 60

/** What was said can be read: only then is the next screen drawn. A page nobody looks at paints nothing, and does not wait for it. */
export const painted = (): Promise<void> =>
  new Promise((go) => {
    requestAnimationFrame(() => setTimeout(go))
    setTimeout(go, LONGEST_MS)
  })
