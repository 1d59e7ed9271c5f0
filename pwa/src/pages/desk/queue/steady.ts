/* A page of the queue that stays put while one works on it: what was decided, here or by another, keeps its place and says what became
   of it; what has come since stands at the end. Only other filters, another order or another page begin anew. */
import { computed, shallowRef, watch } from 'vue'
import { useDesk } from '../../../use/desk/ask'
import type { DeskList } from '../../../use/desk/list'
import { keyOf, type QueueRow } from './rows'

/** So few that still wait, and the next ones are fetched. */
const FEW = 10

function usePending() {
  const pending = shallowRef<ReadonlySet<string>>(new Set())
  function wait(key: string, waits: boolean): void {
    const now = new Set(pending.value)
    if (waits) now.add(key)
    else now.delete(key)
    pending.value = now
  }
  return { pending, wait }
}

export function useSteady(list: DeskList<QueueRow>) {
  const { post } = useDesk()
  const rows = shallowRef<readonly QueueRow[]>([])
  /** Those whose state somebody has changed since the page was fetched. */
  const moved = shallowRef<ReadonlySet<string>>(new Set())
  const { pending, wait } = usePending()
  const place = computed(() => JSON.stringify([list.query.value, list.page.value]))
  let at = ''

  function put(fresh: readonly QueueRow[]): void {
    const by = new Map(fresh.map((row) => [keyOf(row), row]))
    rows.value = rows.value.map((row) => by.get(keyOf(row)) ?? row)
  }

  /** How these stand now. One that is no longer ours stays as it was seen. */
  async function look(entries: readonly QueueRow[]): Promise<readonly QueueRow[]> {
    if (!entries.length) return []
    const asked = entries.slice(0, 100).map(({ book_id, id }) => ({ book_id, id }))
    const got = await post<{ items: QueueRow[] }>('/api/desk/queue/look', { entries: asked })
    if (got.as !== 'answer') return []
    put(got.answer.items)
    moved.value = new Set([...moved.value, ...got.answer.items.map(keyOf)])
    return got.answer.items
  }

  watch(list.rows, async (fresh) => {
    if (at !== place.value) {
      at = place.value
      moved.value = new Set()
      rows.value = fresh
      return
    }
    const there = new Set(fresh.map(keyOf))
    const known = new Set(rows.value.map(keyOf))
    const gone = rows.value.filter((row) => !there.has(keyOf(row)) && !moved.value.has(keyOf(row)))
    put(fresh)
    rows.value = [...rows.value, ...fresh.filter((row) => !known.has(keyOf(row)))]
    await look(gone)
  })

  /** The next one after this that nobody has decided yet; the one before when there is none. */
  function nextOf(row: QueueRow): QueueRow | undefined {
    const waits = (one: QueueRow) => !moved.value.has(keyOf(one)) && !pending.value.has(keyOf(one)) && keyOf(one) !== keyOf(row)
    const here = rows.value.findIndex((one) => keyOf(one) === keyOf(row))
    return rows.value.slice(here + 1).find(waits) ?? rows.value.slice(0, here).reverse().find(waits)
  }

  async function refill(): Promise<void> {
    const left = rows.value.filter((row) => !moved.value.has(keyOf(row))).length
    if (left < FEW && !list.last.value) await list.load()
  }

  const opened = computed(() => rows.value.find((row) => keyOf(row) === list.open.value) ?? null)

  return { rows, moved, pending, opened, look, wait, nextOf, refill }
}
