/* A long list, shown a page longer each time somebody asks for more. */
import { computed, shallowRef, watch, type ComputedRef, type Ref } from 'vue'

interface Pages {
  /** How many are shown. */
  most: Ref<number>
  /** How many the next page adds; 0 at the end. */
  next: ComputedRef<number>
  more: () => void
}

/** What `anew` names, when it changes, begins the list at its first page again. */
export function usePages(total: () => number, page: number, anew: () => unknown = () => null): Pages {
  const most = shallowRef(page)
  watch(anew, () => (most.value = page))
  return { most, next: computed(() => Math.max(0, Math.min(page, total() - most.value))), more: () => (most.value += page) }
}

/** The first `most` entries of a list in groups, cut where they end. */
export function firstOf<Group extends { entries: readonly unknown[] }>(groups: readonly Group[], most: number): Group[] {
  let left = most
  return groups.flatMap((group) => {
    const entries = group.entries.slice(0, Math.max(0, left))
    left -= group.entries.length
    return entries.length ? [{ ...group, entries }] : []
  })
}
