/* What the hours form was opened for, and what is known of it: the address, the book, the timer. */
import { computed, type ComputedRef, type Ref } from 'vue'
import { useRoute } from 'vue-router'
import type { Store } from '../../../actions/store'
import { tOr } from '../../../texts'
import { useBook, useOwnBook } from '../../../use/book/book'
import { modulesByUse } from '../../../use/hours/form'
import { placesOf } from '../../../use/hours/hours'
import { useReadyPen } from '../../../use/hours/pen'
import { isForgotten, spansOf, useTimer } from '../../../use/hours/timer'
import { askedOf } from '../../asked'

/** What the address asks for: a book, an entry to revise, an entry to copy, or refused work to write once more. */
export function useAsked() {
  const { query } = useRoute()
  return { asked: askedOf(query, 'book'), revised: askedOf(query, 'entry'), copied: askedOf(query, 'copy'), redone: askedOf(query, 'redo') }
}

/** The handbook the form writes in. */
export function useHandbook(db: Store, person: string, asked: string) {
  const { which } = useOwnBook(db, person, () => asked)
  const book = useBook(db, which)
  const laid = useReadyPen(db, which)
  const plan = computed(() => book.head.value?.plan ?? null)
  const places = computed(() => placesOf(plan.value, (kind) => tOr(`place.${kind}`, 'place.post')))
  const modules = computed(() => modulesByUse(plan.value, book.days.value))
  const entryOf = (id: string) => {
    const doc = book.view.value.docs.get(id)
    return doc?.kind === 'entry' ? doc : null
  }
  return { which, book, laid, plan, places, modules, entryOf }
}

/** What the timer has measured for this book; it has nothing to say to an entry that is revised or copied,
    nor to work that is written once more. */
export function useTimed(db: Store, which: ComputedRef<string | null>, asked: boolean, now: Ref<number>) {
  const timer = useTimer(db)
  const measured = computed(() => (asked && timer.now.value?.book === which.value ? timer.now.value : null))
  const forgotten = computed(() => measured.value !== null && isForgotten(measured.value, now.value))
  const spans = computed(() => (measured.value ? spansOf(measured.value, now.value) : []))
  const span = computed(() => (forgotten.value ? null : (spans.value[0] ?? null)))
  const brief = computed(() => measured.value !== null && !spans.value.length)
  return { measured, forgotten, brief, spans, span, read: timer.read }
}

export type Asked = ReturnType<typeof useAsked>
export type Timed = ReturnType<typeof useTimed>
export type Handbook = ReturnType<typeof useHandbook>

export interface Clock {
  today: ComputedRef<string>
  minute: ComputedRef<number>
}
