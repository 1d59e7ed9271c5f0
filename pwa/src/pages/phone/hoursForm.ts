/* The hours form's state: what it begins with, what is said about it, and its draft, kept while it is written. */
import { computed, nextTick, reactive, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import { useRoute } from 'vue-router'
import { dropDraft, keepDraft, readDraft } from '../../actions/draft'
import type { Store } from '../../actions/store'
import { t, tOr } from '../../texts'
import { useBook, useBooks } from '../../use/book'
import { dayOf } from '../../use/days'
import { blank, contentOf, copyOf, earlierTexts, formOf, freeSpan, modulesByUse, prefill, takenOn, type HoursForm } from '../../use/form'
import { placesOf } from '../../use/hours'
import { isForgotten, minuteOf, spansOf, useTimer } from '../../use/timer'
import { isLate, stopOf, warningsOf, type Asked } from '../../use/warnings'

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

/** What the address asks for: a book, an entry to revise, an entry to copy, or the form as it was left. */
function useAsked() {
  const { query } = useRoute()
  const asked = (name: string): string => (typeof query[name] === 'string' ? query[name] : '')
  return { asked: asked('book'), revised: asked('entry'), copied: asked('copy'), left: asked('draft') !== '' }
}

function useWritten(db: Store, person: string, asked: string) {
  const { books } = useBooks(db, person)
  const which = computed(() => asked || (books.value[0]?.apprentice === person ? books.value[0].id : null))
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
    nor to a form somebody goes on with. */
function useTimed(db: Store, which: ComputedRef<string | null>, asked: boolean, now: Ref<number>) {
  const timer = useTimer(db)
  const measured = computed(() => (asked && timer.now.value?.book === which.value ? timer.now.value : null))
  const forgotten = computed(() => measured.value !== null && isForgotten(measured.value, now.value))
  const spans = computed(() => (measured.value ? spansOf(measured.value, now.value) : []))
  return { measured, forgotten, spans, read: timer.read }
}

type Written = ReturnType<typeof useWritten>

interface Clock {
  today: ComputedRef<string>
  minute: ComputedRef<number>
}

function useJudged(form: HoursForm, person: string, { book, plan, places }: Written, { today, minute }: Clock, revised: string, version: Ref<string>) {
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

/** Keeps what is written, for its book and entry, and tells when another page is ahead. */
function useDraft(db: Store, form: HoursForm, which: ComputedRef<string | null>, revised: string) {
  const begun = shallowRef(false)
  const restored = shallowRef(false)
  const elsewhere = shallowRef(false)
  const drop = async () => {
    if (which.value) await dropDraft(db, which.value, revised).catch(() => undefined)
  }
  const load = async () => {
    const draft = which.value ? await readDraft(db, which.value, revised).catch(() => undefined) : undefined
    return draft ? { ...blank(form.day), ...draft } : null
  }

  /** Another page wrote in this form: what stands there takes the place of what is here. */
  async function takeOther() {
    Object.assign(form, (await load()) ?? {})
    elsewhere.value = false
  }

  watch(form, () => {
    if (!begun.value || !which.value) return
    const draft = { ...form, book: which.value, photos: [...form.photos], ...(revised ? { entry: revised } : {}) }
    void keepDraft(db, draft).then(
      (done) => (elsewhere.value = !done),
      () => undefined,
    )
  })
  return { begun, restored, elsewhere, drop, load, takeOther }
}

export function useHoursForm(db: Store, person: string) {
  const { asked, revised, copied, left } = useAsked()
  const now = shallowRef(Date.now())
  const today = computed(() => dayOf(now.value))
  const minute = computed(() => minuteOf(now.value))
  const form = reactive<HoursForm>(blank(today.value))
  const version = shallowRef('')
  const written = useWritten(db, person, asked)
  const { which, book, plan, entryOf } = written
  const timed = useTimed(db, which, !revised && !copied && !left, now)
  const judged = useJudged(form, person, written, { today, minute }, revised, version)
  const draft = useDraft(db, form, which, revised)

  function first(): HoursForm {
    const content = entryOf(revised)?.content
    if (content) return formOf(content)
    const known = { days: book.days.value, docs: book.view.value.docs, person, plan: plan.value, today: today.value, minute: minute.value }
    const again = entryOf(copied)?.content
    if (!again) return prefill({ ...known, timed: timed.forgotten.value ? null : (timed.spans.value[0] ?? null) })
    return { ...copyOf(again, today.value), ...freeSpan(takenOn(known.days, today.value, null), again.start, again.end) }
  }

  async function begin() {
    version.value = entryOf(revised)?.version ?? ''
    if (copied) await draft.drop()
    // What a timer measured is newer than what was left unfinished.
    const kept = copied || timed.spans.value.length ? null : await draft.load()
    Object.assign(form, kept ?? first())
    draft.restored.value = kept !== null
    await nextTick()
    judged.judge()
    draft.begun.value = true
  }

  const ready = computed(() => which.value !== null && book.read.value && timed.read.value && book.head.value !== null)
  let beginning = false
  watch(ready, (go) => {
    if (!go || beginning) return
    beginning = true
    void begin()
  }, { immediate: true })
  watch(form, () => (now.value = Date.now()))

  async function startOver() {
    draft.begun.value = false
    await draft.drop()
    Object.assign(form, first())
    draft.restored.value = false
    draft.elsewhere.value = false
    await nextTick()
    draft.begun.value = true
  }

  return { form, today, revised, version, startOver, ...written, ...timed, ...judged, ...draft }
}
