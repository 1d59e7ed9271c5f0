/* A list of the desk's: filters, sort, page and the opened row live in the address; what the server has is fetched again every
   half minute and when somebody comes back to the window, without losing his place or what he has chosen. */
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import { useRoute, useRouter, type LocationQueryRaw } from 'vue-router'
import { useDesk, type Told } from './ask'

const EVERY_MS = 30_000

export interface Listed<R> {
  items: R[]
  next?: string | null
  total?: number
}

interface Wanted<R> {
  /** "page" asks for page and size and hears a total; "after" goes from one page to the next by the server's mark. */
  by?: 'page' | 'after'
  size?: number
  /** A sort the server knows, "-" in front for the largest first. */
  sort?: string
  /** What else the door wants to hear. */
  more?: () => Record<string, string>
  key?: (row: R) => string
}

/** Rows by their ids, or everything the filters leave but for some. */
export interface Chosen {
  all: boolean
  ids: ReadonlySet<string>
}

export interface DeskList<R> {
  rows: ShallowRef<readonly R[]>
  /** All the door has said, for what else it counts. */
  answer: ShallowRef<Listed<R> | null>
  /** Null where the door does not count. */
  total: ShallowRef<number | null>
  busy: ShallowRef<boolean>
  /** Why it could not be read; what is shown stays. */
  word: ShallowRef<string>
  filters: ComputedRef<Record<string, string>>
  filtered: ComputedRef<boolean>
  sort: ComputedRef<string>
  page: ComputedRef<number>
  size: number
  first: ComputedRef<boolean>
  last: ComputedRef<boolean>
  open: ComputedRef<string>
  opened: ComputedRef<R | null>
  chosen: ShallowRef<Chosen>
  count: ComputedRef<number>
  keyOf: (row: R) => string
  has: (row: R) => boolean
  /** As the door is asked, but for the page: for acts upon everything that is filtered. */
  query: ComputedRef<Record<string, string>>
  set: (name: string, value: string) => void
  clear: () => void
  sortBy: (sort: string) => void
  turn: (step: -1 | 1) => void
  show: (id: string) => Promise<void>
  choose: (id: string, wanted: boolean) => void
  choosePage: (wanted: boolean) => void
  chooseAll: () => void
  chooseNone: () => void
  load: () => Promise<void>
}

const NONE: Chosen = { all: false, ids: new Set() }

export function useDeskList<R extends { id: string }>(path: string, names: readonly string[], wanted: Wanted<R> = {}): DeskList<R> {
  const { by = 'page', size = 50, sort: usual = '', more = () => ({}), key: keyOf = (row: R) => row.id } = wanted
  const { get } = useDesk()
  const place = usePlace(names, usual)
  const rows = shallowRef<readonly R[]>([])
  const total = shallowRef<number | null>(null)
  const next = shallowRef<string | null>(null)
  const answer = shallowRef<Listed<R> | null>(null)
  const busy = shallowRef(true)
  const word = shallowRef('')
  const chosen = shallowRef<Chosen>(NONE)
  const marks: string[] = []
  let asked = ''
  let tries = 0

  const query = computed(() => ({ ...more(), ...place.filters.value, ...(place.sort.value ? { sort: place.sort.value } : {}) }))
  const address = computed(() => {
    const paged: Record<string, string> = by === 'page' ? { page: String(place.page.value), size: String(size) } : { limit: String(size) }
    if (by === 'after' && place.after.value) paged.after = place.after.value
    return `${path}?${new URLSearchParams({ ...query.value, ...paged })}`
  })

  async function load(): Promise<void> {
    const mine = ++tries
    busy.value = rows.value.length === 0 || asked !== address.value
    asked = address.value
    const got: Told<Listed<R>> = await get<Listed<R>>(address.value)
    if (mine !== tries) return
    busy.value = false
    word.value = got.as === 'refused' ? got.word : ''
    if (got.as !== 'answer') return
    answer.value = got.answer
    rows.value = got.answer.items
    total.value = got.answer.total ?? null
    next.value = got.answer.next ?? null
    // What was deleted or settled by somebody else meanwhile may have been the last row of the last page.
    if (by === 'page' && !got.answer.items.length && place.page.value > 1) void place.go({ page: undefined })
  }

  // Whoever has gone to another screen changes the address too.
  watch(address, () => void (place.isHere() && load()), { immediate: true })
  watch(query, (now, before) => JSON.stringify(now) !== JSON.stringify(before) && (chosen.value = NONE))
  keepFresh(load)

  function turn(step: -1 | 1): void {
    if (by === 'page') return void place.go({ page: place.page.value + step > 1 ? String(place.page.value + step) : undefined })
    if (step === 1) marks.push(place.after.value)
    void place.go({ after: (step === 1 ? next.value : marks.pop()) || undefined })
  }

  return {
    rows, answer, total, busy, word, query, size, keyOf, chosen, load, turn,
    ...useChoice(rows, total, chosen, keyOf),
    ...useNarrowing(place, names, usual),
    first: computed(() => (by === 'page' ? place.page.value <= 1 : !place.after.value)),
    last: computed(() => (by === 'page' ? place.page.value * size >= (total.value ?? 0) : next.value === null)),
    opened: computed(() => rows.value.find((row) => keyOf(row) === place.open.value) ?? null),
  }
}

function useNarrowing(place: ReturnType<typeof usePlace>, names: readonly string[], usual: string) {
  const anew = { page: undefined, after: undefined }
  return {
    filters: place.filters,
    filtered: computed(() => Object.keys(place.filters.value).length > 0),
    sort: place.sort,
    page: place.page,
    open: place.open,
    set: (name: string, value: string) => void place.go({ [name]: value || undefined, ...anew }),
    clear: () => void place.go({ ...Object.fromEntries(names.map((name) => [name, undefined])), ...anew }),
    sortBy: (sort: string) => void place.go({ sort: sort === usual ? undefined : sort, ...anew }),
    show: (id: string) => place.go({ open: id || undefined }),
  }
}

/** What of the address is the list's. */
function usePlace(names: readonly string[], usual: string) {
  const route = useRoute()
  const router = useRouter()
  const here = route.path
  const said = (name: string): string => {
    const value = route.query[name]
    return typeof value === 'string' ? value : ''
  }
  // Two of them in one breath must not undo each other.
  let wish: LocationQueryRaw | null = null
  return {
    isHere: () => route.path === here,
    filters: computed(() => Object.fromEntries(names.map((name) => [name, said(name)]).filter(([, value]) => value)) as Record<string, string>),
    sort: computed(() => said('sort') || usual),
    page: computed(() => Math.max(1, Number.parseInt(said('page'), 10) || 1)),
    after: computed(() => said('after')),
    open: computed(() => said('open')),
    async go(change: LocationQueryRaw): Promise<void> {
      if (route.path !== here) return
      wish = { ...(wish ?? route.query), ...change }
      await router.replace({ query: wish })
      wish = null
    },
  }
}

function keepFresh(load: () => Promise<void>): void {
  const look = () => void (document.visibilityState === 'visible' && load())
  const timer = setInterval(look, EVERY_MS)
  document.addEventListener('visibilitychange', look)
  window.addEventListener('focus', look)
  onScopeDispose(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', look)
    window.removeEventListener('focus', look)
  })
}

function useChoice<R>(rows: ShallowRef<readonly R[]>, total: ShallowRef<number | null>, chosen: ShallowRef<Chosen>, keyOf: (row: R) => string) {
  const choose = (ids: Iterable<string>, wanted: boolean): void => {
    // One that is taken out of everything leaves what is on this page.
    const now = new Set(chosen.value.all ? rows.value.map(keyOf) : chosen.value.ids)
    for (const id of ids) {
      if (wanted) now.add(id)
      else now.delete(id)
    }
    chosen.value = { all: false, ids: now }
  }
  return {
    count: computed(() => (chosen.value.all ? (total.value ?? rows.value.length) : chosen.value.ids.size)),
    has: (row: R) => chosen.value.all || chosen.value.ids.has(keyOf(row)),
    choose: (id: string, wanted: boolean) => choose([id], wanted),
    choosePage: (wanted: boolean) => choose(rows.value.map(keyOf), wanted),
    chooseAll: () => (chosen.value = { all: true, ids: new Set() }),
    chooseNone: () => (chosen.value = NONE),
  }
}
