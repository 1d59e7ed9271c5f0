/* The hours form's state: what it begins with, what is said about it, and its draft, kept while it is written. */
import { computed, reactive, shallowRef, watch } from 'vue'
import { hoursName } from '../../../actions/form/draft'
import type { Store } from '../../../actions/store'
import { dayOf, minuteOf } from '../../../sync/days'
import { t } from '../../../texts'
import { refusedHours } from '../../../use/book/attention'
import { blank, copyOf, formOf, openedFor, prefill, redoOf, resumed, type HoursForm } from '../../../use/hours/form'
import { proposalFor } from '../../../use/hours/span'
import { useNow } from '../../../use/screen/now'
import { useDraft } from '../form/draft'
import { useJudged, useOffered } from './judged'
import { useAsked, useHandbook, useTimed, type Asked, type Clock, type Handbook, type Timed } from './opened'
import { useProposed } from './proposed'

/** What a form begins with that nobody has written in yet. */
function useFirst(db: Store, person: string, { book, plan, entryOf }: Handbook, timed: Timed, { today, minute }: Clock) {
  return async ({ revised, copied, redone }: Asked): Promise<HoursForm> => {
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
    const { start, end, break: rest } = proposalFor(known.days, plan.value, today.value, again)
    return { ...copyOf(again, today.value), start, end, break: rest }
  }
}

export function useHoursForm(db: Store, person: string) {
  const wish = useAsked()
  const { asked, revised, copied, redone } = wish
  const now = useNow()
  const today = computed(() => dayOf(now.value))
  const minute = computed(() => minuteOf(now.value))
  const form = reactive<HoursForm>(blank(today.value))
  const version = shallowRef('')
  const openedAs = shallowRef('')
  const measuredEnd = shallowRef<number>()
  const handbook = useHandbook(db, person, asked)
  const { which, book, entryOf } = handbook
  const timed = useTimed(db, which, !revised && !copied && !redone, now)
  const { recent, usual } = useOffered(db, handbook, revised)
  const proposed = useProposed(form, handbook, wish, timed)
  const judged = useJudged(form, handbook, { today, minute }, { full: proposed.full, person, revised, version, usual })
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
      version.value = kept.version ?? ''
      proposed.fill(resumed(kept, timed.span.value))
    },
    fill: async () => {
      version.value = entryOf(revised)?.version ?? ''
      proposed.fill(await first(wish))
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

  return { form, today, revised, version, recent, full: proposed.full, name, ...handbook, ...timed, ...judged, ...draft }
}
