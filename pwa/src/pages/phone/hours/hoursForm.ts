/* The hours form's state: what it begins with, what is said about it, and its draft, kept while it is written. */
import { computed, nextTick, reactive, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import { useRoute } from 'vue-router'
import { dropDraft, keepDraft, readDraft, seenDraft, type Draft, type SeenDraft } from '../../../actions/form/draft'
import type { Store } from '../../../actions/store'
import { t, tOr } from '../../../texts'
import { refusedHours } from '../../../use/book/attention'
import { useBook, useBooks } from '../../../use/book/book'
import { dayOf } from '../../../use/book/days'
import { blank, contentOf, copyOf, draftNameOf, earlierTexts, formOf, freeSpan, modulesByUse, prefill, redoOf, resumed, takenOn, type HoursForm } from '../../../use/hours/form'
import { placesOf } from '../../../use/hours/hours'
import { isForgotten, minuteOf, spansOf, useTimer } from '../../../use/hours/timer'
import { isLate, stopOf, warningsOf, type Asked } from '../../../use/hours/warnings'

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
  const asked = (name: string): string => (typeof query[name] === 'string' ? query[name] : '')
  return { asked: asked('book'), revised: asked('entry'), copied: asked('copy'), redone: asked('redo') }
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
    nor to work that is written once more. */
function useTimed(db: Store, which: ComputedRef<string | null>, asked: boolean, now: Ref<number>) {
  const timer = useTimer(db)
  const measured = computed(() => (asked && timer.now.value?.book === which.value ? timer.now.value : null))
  const forgotten = computed(() => measured.value !== null && isForgotten(measured.value, now.value))
  const spans = computed(() => (measured.value ? spansOf(measured.value, now.value) : []))
  const span = computed(() => (forgotten.value ? null : (spans.value[0] ?? null)))
  return { measured, forgotten, spans, span, read: timer.read }
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

/** Keeps what is written, under the name of what the form was opened for, and tells when another page is ahead. */
function useDraft(db: Store, form: HoursForm, which: ComputedRef<string | null>, seen: () => Pick<Draft, 'version' | 'measured'>) {
  const begun = shallowRef(false)
  const restored = shallowRef(false)
  const elsewhere = shallowRef(false)
  /** While it is saved: a letter that comes now is in no entry, and must not bring the form back. */
  const held = shallowRef(false)
  const name = shallowRef('')
  const drop = async () => {
    if (which.value) await dropDraft(db, which.value, name.value).catch(() => undefined)
  }
  /** What goes when the form is saved. */
  const going = async (): Promise<SeenDraft | null> => (which.value ? seenDraft(db, which.value, name.value) : null)
  const load = async () => (which.value ? readDraft(db, which.value, name.value).catch(() => undefined) : undefined)

  watch([form, held], () => {
    if (!begun.value || held.value || !which.value) return
    const draft = { ...form, book: which.value, photos: [...form.photos], ...(name.value ? { entry: name.value } : {}), ...seen() }
    void keepDraft(db, draft).then(
      (done) => (elsewhere.value = !done),
      () => undefined,
    )
  })
  return { begun, restored, elsewhere, name, held, drop, going, load }
}

/** What a form begins with that nobody has written in yet. */
function useFirst(db: Store, person: string, { book, plan, entryOf }: Written, timed: ReturnType<typeof useTimed>, { today, minute }: Clock) {
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

interface Seen {
  version: Ref<string>
  unplaced: Ref<string | undefined>
}

/** Begins anew, or goes on with what was kept. */
function useGoingOn(form: HoursForm, { entryOf }: Written, timed: ReturnType<typeof useTimed>, draft: ReturnType<typeof useDraft>, { version, unplaced }: Seen, first: () => Promise<HoursForm>, revised: string) {
  async function fresh() {
    const next = await first()
    version.value = entryOf(revised)?.version ?? ''
    Object.assign(form, next)
    draft.restored.value = false
  }

  /** The draft goes on from the version its author saw, so that a change made since then stays beside it. */
  async function goOn() {
    const kept = await draft.load()
    unplaced.value = revised && kept && !kept.version ? kept.text : undefined
    if (!kept || unplaced.value !== undefined) return fresh()
    version.value = kept.version ?? ''
    Object.assign(form, resumed(kept, timed.span.value))
    draft.restored.value = true
  }
  return { fresh, goOn }
}

export function useHoursForm(db: Store, person: string) {
  const wish = useAsked()
  const { asked, revised, copied, redone } = wish
  const now = shallowRef(Date.now())
  const today = computed(() => dayOf(now.value))
  const minute = computed(() => minuteOf(now.value))
  const form = reactive<HoursForm>(blank(today.value))
  const version = shallowRef('')
  const measuredEnd = shallowRef<number>()
  /** The text of a revision whose version an older build did not keep: it cannot go on unseen. */
  const unplaced = shallowRef<string>()
  const written = useWritten(db, person, asked)
  const { which, book } = written
  const timed = useTimed(db, which, !revised && !copied && !redone, now)
  const judged = useJudged(form, person, written, { today, minute }, revised, version)
  const draft = useDraft(db, form, which, () => ({
    ...(revised ? { version: version.value } : {}),
    ...(measuredEnd.value === undefined ? {} : { measured: measuredEnd.value }),
  }))
  const first = useFirst(db, person, written, timed, { today, minute })

  const { fresh, goOn } = useGoingOn(form, written, timed, draft, { version, unplaced }, () => first(wish), revised)

  async function begin() {
    draft.name.value = draftNameOf(wish, timed.span.value ? (timed.measured.value?.started_at ?? null) : null)
    measuredEnd.value = timed.span.value?.end
    await goOn()
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

  /** Another page wrote in this form: what stands there takes the place of what is here. */
  async function takeOther() {
    await goOn()
    draft.elsewhere.value = false
  }

  async function startOver() {
    draft.begun.value = false
    await draft.drop()
    await fresh()
    draft.elsewhere.value = false
    await nextTick()
    draft.begun.value = true
  }

  return { form, today, revised, version, unplaced, startOver, takeOther, ...written, ...timed, ...judged, ...draft }
}
