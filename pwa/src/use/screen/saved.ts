/* "Saved": whoever saves says so; the frame shows it over the form that is being left and on the screen that comes next,
   and on no further one. It ends with a change of screens or with the phone laid aside, so that nothing ever moves under a thumb.
   It is never the only sign: the thing saved stands in the book, and the status line counts it. */
import { shallowRef, type ShallowRef } from 'vue'

/** Told while the form it was written in is being left, or on the screen that came next. */
export type Told = '' | 'leaving' | 'arrived'

const told = shallowRef<Told>('')
let pages = 0

const end = () => (told.value = '')

export interface SavedEntry {
  id: string
  day: string
}

/** The entry saved last, so that the screen that comes next can show where it stands. */
export const justSaved = shallowRef<(SavedEntry & { at: number }) | null>(null)

export function noteSaved(entry: SavedEntry | null = null): void {
  justSaved.value = entry && { ...entry, at: Date.now() }
  pages = 0
  told.value = 'leaving'
  document.addEventListener('visibilitychange', end, { once: true })
}

/** Another screen: the first is the one it is told on. */
export function notePage(): void {
  pages += 1
  if (pages > 1) end()
  else if (told.value) told.value = 'arrived'
}

export const useSaved = (): Readonly<ShallowRef<Told>> => told
