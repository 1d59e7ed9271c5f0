/* v-saved on a line, with its entry, or on a part of a list, with its days: what was saved a moment ago is brought into view when
   it is drawn, and its line is marked. Of a long list only what is near the screen is drawn: its part leads there. */
import type { Directive } from 'vue'
import { justSaved } from '../use/screen/saved'

const SHOWN_MS = 8_000

export const vSaved: Directive<HTMLElement, string | readonly string[]> = {
  mounted(drawn, { value }) {
    const saved = justSaved.value
    if (!saved || Date.now() - saved.at > SHOWN_MS) return
    const isLine = typeof value === 'string'
    if (isLine ? value !== saved.id : !value.includes(saved.day)) return
    if (isLine) drawn.classList.add('just-saved')
    // After the router, which goes to the top of a new screen.
    requestAnimationFrame(() => drawn.scrollIntoView({ block: 'center' }))
  },
}
