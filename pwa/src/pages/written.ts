/* Brings the line of an entry that was just saved into view and marks it, on whatever screen comes after the form. */
import { onScopeDispose, watch } from 'vue'
import { useRoute } from 'vue-router'
import { justWritten, type Written } from '../use/screen/written'

const SHOWN_MS = 8_000
const LOOK_MS = 60
const MOST_LOOKS = 50

export function useWrittenLine(): void {
  const route = useRoute()
  let hiding: ReturnType<typeof setTimeout> | undefined
  let looking: ReturnType<typeof setTimeout> | undefined

  /** The list may still be reading its book, and a long one draws only what is near the screen: go where its day is. */
  function show(written: Written, looks = 0) {
    const line = document.querySelector(`[data-entry="${written.id}"]`)
    if (line) line.classList.add('entry-written')
    const place = line ?? document.querySelector(`[data-days~="${written.day}"]`)
    place?.scrollIntoView({ block: 'center' })
    if (!line && looks < MOST_LOOKS) looking = setTimeout(() => show(written, looks + 1), LOOK_MS)
  }

  watch([justWritten, () => route.path], ([written, path]) => {
    clearTimeout(looking)
    if (!written || path === '/log') return
    clearTimeout(hiding)
    hiding = setTimeout(() => (justWritten.value = null), SHOWN_MS)
    show(written)
  })
  onScopeDispose(() => {
    clearTimeout(hiding)
    clearTimeout(looking)
  })
}
