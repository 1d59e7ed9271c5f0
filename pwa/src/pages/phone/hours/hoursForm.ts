/* The hours form's state: what it begins with, what is said about it, and its draft, kept while it is written. */
import { computed, reactive, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import { useRoute } from 'vue-router'
import { hoursName } from '../../../actions/form/draft'
import type { Store } from '../../../actions/store'
import { dayOf, minuteOf } from '../../../sync/days'
import { t, tOr } from '../../../texts'
import { refusedHours } from '../../../use/book/attention'
import { useBook, useOwnBook } from '../../../use/book/book'
import { blank, contentOf, copyOf, earlierTexts, formOf, freeSpan, modulesByUse, openedFor, prefill, redoOf, resumed, takenOn, type HoursForm } from '../../../use/hours/form'
import { placesOf } from '../../../use/hours/hours'
import { isForgotten, spansOf, useTimer } from '../../../use/hours/timer'
import { isLate, stopOf, warningsOf, type Asked } from '../../../use/hours/warnings'
import { askedOf } from '../../asked'
import { useDraft } from '../form/draft'

const SETTLE_MS = 150

/** A value that follows its source once that has come to rest: typing is not weighed letter by letter. */
function settled<T>(source: () => T, first: T): Ref<T> {
  const calm = shallowRef(first) as Ref<T>
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(source, (next) => {
    clearTimeout(timer)
    timer = setTimeout(() => (calm.value = next), SETTLE_MS)
  })
  return calm
}

/** What the address asks for: a book, an entry to revise, an entry to copy, or refused work to write once more. */
function useAsked() {
  const { query } = useRoute()
  return { asked: askedOf(query, 'book'), revised: askedOf(query, 'entry'), copied: askedOf(query, 'copy'), redone: askedOf(query, 'redo') }
}

/** The handbook the form writes in. */
function useHandbook(db: Store, person: string, asked: string) {
  const { which } = useOwnBook(db, person, () => asked)
  const book = useBook(db, which)
  const plan = computed(() => book.head.value?.plan ?? null)
  const places = computed(() => placesOf(plan.value, (kind) => tOr(`place.${kind}`, 'place.post')))
  const modules = computed(() => modulesByUse(plan.value, book.days.value))
  const entryOf = (id: string) => {
    const doc = book.view.value.docs.get(id)
    return doc?.kind === 'entry' ? doc : null
  }
  return { which, book, plan, places, modules, entryOf }
}

/** What the timer has measured for this book; it has nothing to say to an entry that is revised or copied,
    nor to work that is written once more. */
function useTimed(db: Store, which: ComputedRef<string | null>, asked: boolean, now: Ref<number>) {
  const timer = useTimer(db)
  const measured = computed(() => (asked && timer.now.value?.book === which.value ? timer.now.value : null))
  const forgotten = computed(() => measured.value !== null && isForgotten(measured.value, now.value))
  const spans = computed(() => (measured.value ? spansOf(measured.value, now.value) : []))
  const span = computed(() => (forgotten.value ? null : (spans.value[0] ?? null)))
  return { measured, forgotten, spans, span, read: timer.read }
}

type Handbook = ReturnType<typeof useHandbook>

interface Clock {
  today: ComputedRef<string>
  minute: ComputedRef<number>
}

function useJudged(form: HoursForm, person: string, { book, plan, places }: Handbook, { today, minute }: Clock, revised: string, version: Ref<string>) {
  const late = computed(() => isLate(form.day, today.value, book.head.value))
  const earlier = computed(() => earlierTexts(book.days.value, revised || null))
  const contentNow = () => contentOf(form, plan.value, places.value.find(({ id }) => id === form.place), late.value)
  const question = (): Asked | null => {
    const content = contentNow()
    const head = book.head.value
    if (!content || !head) return null
    const entry = revised ? { id: revised, version: version.value } : null
    const seen = { by: person, head, docs: book.view.value.docs, earlier: earlier.value }
    return { ...seen, content: { ...content, shared: false }, entry, today: today.value, minute: minute.value }
  }
  const calm = settled(question, null)
  const judge = () => (calm.value = question())
  const warnings = computed(() => (calm.value ? warningsOf(calm.value) : []))
  const stop = computed(() => (calm.value ? stopOf(calm.value) : null))
  const missing = computed(() => {
    if (!form.module) return t('log.pick_module')
    if (!form.place) return t('log.pick_place')
    // An emptied number box gives '', not 0.
    if (!Number.isInteger(form.break) || Number(form.break) < 0) return t('log.break_whole')
    return late.value && !form.late_reason.trim() ? t('log.write_late') : ''
  })
  return { late, earlier, contentNow, judge, warnings, stop, missing }
}

/** What a form begins with that nobody has written in yet. */
function useFirst(db: Store, person: string, { book, plan, entryOf }: Handbook, timed: ReturnType<typeof useTimed>, { today, minute }: Clock) {
  return async ({ revised, copied, redone }: ReturnType<typeof useAsked>): Promise<HoursForm> => {
    const content = entryOf(revised)?.content
    if (content) return formOf(content)
    const refused = redone ? await refusedHours(db, redone).catch(() => null) : null
    if (refused?.hours) {
      const { day, text } = refused.hours
      return redoOf(refused.hours, refused.word === 'month_locked', today.value, t('need.redo_text', { day, text }))
    }
    const known = { days: book.days.value, docs: book.view.value.docs, person, plan: plan.value, today: today.value, minute: minute.value }
    const again = entryOf(copied)?.content
    if (!again) return prefill({ ...known, timed: timed.span.value })
    return { ...copyOf(again, today.value), ...freeSpan(takenOn(known.days, today.value, null), again.start, again.end) }
  }
}

export function useHoursForm(db: Store, person: string) {
  const wish = useAsked()
  const { asked, revised, copied, redone } = wish
  const now = shallowRef(Date.now())
  const today = computed(() => dayOf(now.value))
  const minute = computed(() => minuteOf(now.value))
  const form = reactive<HoursForm>(blank(today.value))
  const version = shallowRef('')
  const openedAs = shallowRef('')
  const measuredEnd = shallowRef<number>()
  /** The text of a revision whose version an older build did not keep: it cannot go on unseen. */
  const unplaced = shallowRef<string>()
  const handbook = useHandbook(db, person, asked)
  const { which, book, entryOf } = handbook
  const timed = useTimed(db, which, !revised && !copied && !redone, now)
  const judged = useJudged(form, person, handbook, { today, minute }, revised, version)
  const first = useFirst(db, person, handbook, timed, { today, minute })
  const name = () => (which.value === null ? null : hoursName(which.value, openedAs.value))

  const draft = useDraft(db, form, {
    name,
    pack: () => ({
      ...{ ...form, book: which.value ?? '', photos: [...form.photos] },
      ...(openedAs.value ? { entry: openedAs.value } : {}),
      ...(revised ? { version: version.value } : {}),
      ...(measuredEnd.value === undefined ? {} : { measured: measuredEnd.value }),
    }),
    /** It goes on from the version its author saw, so that a change made since then stays beside it. */
    resume: (kept) => {
      unplaced.value = revised && !kept.version ? kept.text : undefined
      if (unplaced.value !== undefined) return false
      version.value = kept.version ?? ''
      Object.assign(form, resumed(kept, timed.span.value))
      return true
    },
    fill: async () => {
      const next = await first(wish)
      version.value = entryOf(revised)?.version ?? ''
      Object.assign(form, next)
    },
  })

  const ready = computed(() => which.value !== null && book.read.value && timed.read.value && book.head.value !== null)
  let beginning = false
  watch(ready, (go) => {
    if (!go || beginning) return
    beginning = true
    openedAs.value = openedFor(wish, timed.span.value ? (timed.measured.value?.started_at ?? null) : null)
    measuredEnd.value = timed.span.value?.end
    void draft.begin()
  }, { immediate: true })
  watch(draft.begun, (begun) => begun && judged.judge(), { flush: 'sync' })
  watch(form, () => (now.value = Date.now()))

  return { form, today, revised, version, unplaced, name, ...handbook, ...timed, ...judged, ...draft }
}
