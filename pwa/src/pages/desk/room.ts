/* Whether the window is as a media query says, as it changes. */
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'

export function useRoom(query: string): ShallowRef<boolean> {
  const media = matchMedia(query)
  const holds = shallowRef(media.matches)
  const hear = () => (holds.value = media.matches)
  media.addEventListener('change', hear)
  onScopeDispose(() => media.removeEventListener('change', hear))
  return holds
}
