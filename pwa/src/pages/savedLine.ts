/* Brings the line of an entry that was just saved into view and marks it, on whatever screen comes after the form. */
import { onScopeDispose, watch } from 'vue'
import { useRoute } from 'vue-router'
import { justSaved, type SavedEntry } from '../use/screen/saved'

const SHOWN_MS = 8_000
const LOOK_MS = 60
const MOST_LOOKS = 50

export function useSavedLine(): void {
  const route = useRoute()
  let hiding: ReturnType<typeof setTimeout> | undefined
  let looking: ReturnType<typeof setTimeout> | undefined

  /** The list may still be reading its book, and a long one draws only what is near the screen: go where its day is. */
  function show(saved: SavedEntry, looks = 0) {
    const line = document.querySelector(`[data-entry="${saved.id}"]`)
    if (line) line.classList.add('entry-saved')
    const place = line ?? document.querySelector(`[data-days~="${saved.day}"]`)
    place?.scrollIntoView({ block: 'center' })
    if (!line && looks < MOST_LOOKS) looking = setTimeout(() => show(saved, looks + 1), LOOK_MS)
  }

  watch([justSaved, () => route.path], ([saved, path]) => {
    clearTimeout(looking)
    if (!saved || path === '/log') return
    clearTimeout(hiding)
    hiding = setTimeout(() => (justSaved.value = null), SHOWN_MS)
    show(saved)
  })
  onScopeDispose(() => {
    clearTimeout(hiding)
    clearTimeout(looking)
  })
}
