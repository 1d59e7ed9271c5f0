/* What the queue can be narrowed by: what there is to choose from is asked once. */
import { computed, shallowRef, type ComputedRef } from 'vue'
import type { Filter } from '../../../components/desk/FilterBar.vue'
import { t } from '../../../texts'
import { useDesk } from '../../../use/desk/ask'
import type { Choices } from './rows'
import { flagWord } from './words'

const STATES = ['all', 'logged', 'returned', 'queried', 'credited', 'withdrawn'] as const
const NONE: Choices = { classes: [], enterprises: [], modules: [], places: [], flags: [] }

export function useChoices() {
  const { get } = useDesk()
  const choices = shallowRef(NONE)
  void get<Choices>('/api/desk/queue/choices').then((got) => got.as === 'answer' && (choices.value = got.answer))
  return choices
}

type Named = { id: string; name: string }
const listed = (some: Named[]) => some.map(({ id, name }) => ({ value: id, text: name }))

export function useFilters(): ComputedRef<Filter[]> {
  const choices = useChoices()
  return computed(() => [
    { name: 'name', label: t('desk.queue.f.name'), kind: 'text' },
    { name: 'text', label: t('desk.queue.f.text'), kind: 'text' },
    { name: 'state', label: t('desk.queue.f.state'), kind: 'pick', any: t('desk.queue.is.signed'), options: STATES.map((value) => ({ value, text: t(`desk.queue.is.${value}`) })) },
    { name: 'class_id', label: t('desk.queue.f.class_id'), kind: 'pick', any: t('desk.queue.any'), options: listed(choices.value.classes) },
    { name: 'enterprise_id', label: t('desk.queue.f.enterprise_id'), kind: 'pick', any: t('desk.queue.any'), options: listed(choices.value.enterprises) },
    { name: 'module', label: t('desk.queue.f.module'), kind: 'pick', any: t('desk.queue.any'), options: listed(choices.value.modules) },
    { name: 'place', label: t('desk.queue.f.place'), kind: 'pick', any: t('desk.queue.any'), options: listed(choices.value.places) },
    {
      name: 'flag', label: t('desk.queue.f.flag'), kind: 'pick', any: t('desk.queue.any'),
      options: [{ value: 'any', text: t('desk.queue.flag_any') }, ...choices.value.flags.map((value) => ({ value, text: flagWord(value) }))],
    },
    { name: 'day_from', label: t('desk.queue.f.day_from'), kind: 'day' },
    { name: 'day_to', label: t('desk.queue.f.day_to'), kind: 'day' },
  ])
}
