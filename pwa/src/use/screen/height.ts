/* How tall a piece of the screen is, as a custom property other pieces can keep clear of. */
import { onScopeDispose, watch, type Ref } from 'vue'

/** Sets `name` on the root element to the block size of `piece`, whatever the size of the text. */
export function useHeight(piece: Ref<HTMLElement | null>, name: string): void {
  const root = document.documentElement
  const put = () => piece.value && root.style.setProperty(name, `${piece.value.offsetHeight}px`)
  const size = new ResizeObserver(put)
  watch(piece, (now, before) => {
    if (before) size.unobserve(before)
    if (now) size.observe(now)
  })
  onScopeDispose(() => {
    size.disconnect()
    root.style.removeProperty(name)
  })
}
