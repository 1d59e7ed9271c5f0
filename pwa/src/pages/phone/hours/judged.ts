/* What is said about the form as it stands: what is missing, what the rules would refuse, what to look at. */
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import type { Store } from '../../../actions/store'
import { t } from '../../../texts'
import { dayOf } from '../../../sync/days'
import { contentOf, earlierTexts, recentTexts, type HoursForm } from '../../../use/hours/form'
import { useTemplates } from '../../../use/hours/templates'
import { isLate, stopOf, warningsOf, type Asked } from '../../../use/hours/warnings'
import type { Clock, Handbook } from './opened'

const SETTLE_MS = 150
/** How many texts written lately are offered again. */
const MOST_RECENT = 8

/** A value that follows its source once that has come to rest: typing is not weighed letter by letter. */
function settled<T>(source: () => T, first: T): Ref<T> {
  const calm = shallowRef(first) as Ref<T>
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(source, (next) => {
    clearTimeout(timer)
    timer = setTimeout(() => (calm.value = next), SETTLE_MS)
  })
  onScopeDispose(() => clearTimeout(timer))
  return calm
}

/** The texts that are put in with one tap: own templates, and what was written lately. */
export function useOffered(db: Store, { book }: Handbook, revised: string) {
  const { now: templates } = useTemplates(db)
  const recent = computed(() => recentTexts(earlierTexts(book.days.value, revised || null), MOST_RECENT))
  const usual = computed(() => [...templates.value, ...recent.value])
  return { recent, usual }
}

interface Judged {
  full: ComputedRef<boolean>
  person: string
  revised: string
  version: Ref<string>
  /** What is offered to be put in with one tap. */
  usual: ComputedRef<string[]>
}

export function useJudged(form: HoursForm, { book, plan, places, entryOf }: Handbook, { today, minute }: Clock, { full, person, revised, version, usual }: Judged) {
  // Late is what was late when it was first written, not what is mended later.
  const written = computed(() => {
    const entry = entryOf(revised)
    return entry ? dayOf(entry.at) : today.value
  })
  const late = computed(() => isLate(form.day, written.value, book.head.value))
  const earlier = computed(() => earlierTexts(book.days.value, revised || null))
  const contentNow = () => contentOf(form, plan.value, places.value.find(({ id }) => id === form.place), late.value)
  const question = (): Asked | null => {
    const content = contentNow()
    const head = book.head.value
    if (!content || !head) return null
    const entry = revised ? { id: revised, version: version.value } : null
    const seen = { by: person, head, docs: book.view.value.docs, earlier: earlier.value, usual: usual.value, written: written.value }
    return { ...seen, content: { ...content, shared: false }, entry, today: today.value, minute: minute.value }
  }
  const calm = settled(question, null)
  const judge = () => (calm.value = question())
  const warnings = computed(() => (calm.value ? warningsOf(calm.value) : []))
  const stop = computed(() => (calm.value ? stopOf(calm.value) : null))
  const missing = computed(() => {
    if (full.value) return t(form.day === today.value ? 'log.full_today' : 'log.full_day')
    if (!form.module) return t('log.pick_module')
    if (!form.place) return t('log.pick_place')
    // An emptied number box gives '', not 0.
    if (!Number.isInteger(form.break) || Number(form.break) < 0) return t('log.break_whole')
    return late.value && !form.late_reason.trim() ? t('log.write_late') : ''
  })
  return { late, earlier, contentNow, judge, warnings, stop, missing }
}
