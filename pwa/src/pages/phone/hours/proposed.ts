/* The times a new entry begins with. */
import { computed, shallowRef, watch } from 'vue'
import type { HoursForm } from '../../../use/hours/form'
import { proposalFor, type Proposal } from '../../../use/hours/span'
import type { Asked, Timed, Handbook } from './opened'

/** The times the form proposes for a new entry, until somebody moves them: another day has other usual ones. */
export function useProposed(form: HoursForm, { book, plan, entryOf }: Handbook, { revised, copied, redone }: Asked, timed: Timed) {
  const proposed = shallowRef<Proposal | null>(null)
  const standing = computed(() => {
    const { start, end, break: rest } = proposed.value ?? {}
    return form.start === start && form.end === end && form.break === rest
  })
  const full = computed(() => standing.value && proposed.value?.full === true)
  const propose = (day: string) => proposalFor(book.days.value, plan.value, day, entryOf(copied)?.content ?? null)
  const fill = (filled: HoursForm) => {
    proposed.value = null
    Object.assign(form, filled)
    // What was measured, or written before, is no proposal. Times of a draft that are still the proposed ones follow the day.
    const given = revised || redone || timed.span.value || form.presence
    proposed.value = given ? null : propose(form.day)
  }
  watch(
    () => form.day,
    (day) => {
      if (!standing.value || proposed.value?.day === day) return
      proposed.value = propose(day)
      const { start, end, break: rest } = proposed.value
      Object.assign(form, { start, end, break: rest })
    },
    { flush: 'sync' },
  )
  return { full, fill }
}
