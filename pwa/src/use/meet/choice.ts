/* Which of the apprentice's entries wait for a signature, and which of them are chosen before he chooses himself. */
import { computed, shallowRef, type ComputedRef, type Ref } from 'vue'
import type { Day, EntryShown } from '../book/book'

const MOST_LISTED = 40

export const unsignedOf = (days: readonly Day[], person: string): EntryShown[] =>
  days
    .flatMap(({ entries }) => entries)
    .filter(({ entry }) => entry.by === person && entry.state === 'logged')
    .slice(0, MOST_LISTED)

/** All of today; when nothing of today waits, all of the last day of which something does. */
export function likely(unsigned: readonly EntryShown[], today: string, most: number): ReadonlySet<string> {
  const days = unsigned.map(({ entry }) => entry.content.day)
  const day = days.includes(today) ? today : days.filter((one) => one <= today).sort().at(-1)
  return new Set(unsigned.filter(({ entry }) => entry.content.day === day).slice(0, most).map(({ id }) => id))
}

interface Choice {
  unsigned: ComputedRef<EntryShown[]>
  chosen: ComputedRef<ReadonlySet<string>>
  /** In the order of the list. */
  entries: ComputedRef<EntryShown[]>
  toggle: (id: string) => void
}

/** `from` is the entry he comes from; until he chooses himself it alone is chosen. */
export function useChoice(days: Ref<Day[]>, person: string, today: string, most: number, from = ''): Choice {
  const picked = shallowRef<ReadonlySet<string> | null>(from ? new Set([from]) : null)
  const unsigned = computed(() => unsignedOf(days.value, person))
  const chosen = computed(() => picked.value ?? likely(unsigned.value, today, most))
  const entries = computed(() => unsigned.value.filter(({ id }) => chosen.value.has(id)))
  const toggle = (id: string) => {
    const next = new Set(chosen.value)
    if (!next.delete(id) && next.size < most) next.add(id)
    picked.value = next
  }
  return { unsigned, chosen, entries, toggle }
}
