/* An entry said in words: its fields, what changed between two contents, what counts, and its history. */
import type { HistoryStep } from '../../../components/entry/HistoryList.vue'
import type { EntryContent, Plan } from '../../../sync/book'
import { t, tOr, type Key } from '../../../texts'
import type { Flag } from '../../../use/book/credit'
import { clock, clockOf, dayOf } from '../../../use/book/days'
import { differing, type Act, type Field, type Step } from '../../../use/book/history'

export interface Line {
  name: string
  text: string
}

export const when = (at: number): string => `${dayOf(at)} ${clockOf(at)}`

const moduleOf = (code: string, plan: Plan | null): string => plan?.modules.find((module) => module.code === code)?.name ?? code
const placeOf = (place: string | null, plan: Plan | null): string => plan?.places.find(({ id }) => id === place)?.name ?? ''

function textOf(field: Field, content: EntryContent, plan: Plan | null): string {
  switch (field) {
    case 'start':
    case 'end':
      return clock(content[field])
    case 'break':
      return t('home.minutes', { minutes: content.break })
    case 'module':
      return moduleOf(content.module, plan)
    case 'place_kind':
      return tOr(`place.${content.place_kind}`, 'place.post')
    case 'place':
      return placeOf(content.place, plan) || t('entry.unsaid')
    case 'photos':
      return t('entry.photo_count', { n: content.photos.length })
    case 'safety':
      return t(content.safety ? 'entry.yes' : 'entry.no')
    case 'presence':
      return t(content.presence ? 'entry.yes' : 'entry.no')
    default:
      return content[field] || t('entry.unsaid')
  }
}

const nameOf = (field: Field): string => t(`entry.field.${field}` as Key)

export const textLines = (fields: readonly Field[], content: EntryContent, plan: Plan | null): Line[] =>
  fields.map((field) => ({ name: nameOf(field), text: textOf(field, content, plan) }))

/** The facts of a content; what was left out is not listed. */
export function linesOf(content: EntryContent, plan: Plan | null): Line[] {
  const fields: Field[] = ['module', 'place_kind', 'place', 'break', 'safety', 'late_reason']
  const said = fields.filter((field) => field === 'safety' || Boolean(content[field]))
  return textLines(said, content, plan)
}

export const factsOf = (content: EntryContent, plan: Plan | null): Line[] => {
  const times = { name: t('entry.times'), text: `${content.day} ${clock(content.start)}–${clock(content.end)}` }
  const rest: Line[] = textLines(['text'], content, plan)
  const photos = content.photos.length ? textLines(['photos'], content, plan) : []
  return [times, ...linesOf(content, plan), ...rest, ...photos]
}

export const flagWords = (flags: readonly Flag[]): string[] => flags.map((flag) => tOr(`credit.${flag}`, 'credit.OTHER'))

const MARKS: Record<Act, string> = {
  ...{ logged: 'written', revised: 'written', rival: 'asked', noted: 'written', signed: 'signed', credited: 'credited' },
  ...{ returned: 'asked', queried: 'asked', reversed: 'asked', withdrawn: 'gone' },
}

function changesOf(step: Step, steps: Step[], plan: Plan | null): HistoryStep['changes'] {
  const before = steps.find((other) => other.version === (step.version ?? 0) - 1 && isVersion(other))?.content
  if (!isVersion(step) || !step.content || !before) return []
  const now = step.content
  return differing(before, now).map((field) => ({ name: nameOf(field), before: textOf(field, before, plan), after: textOf(field, now, plan) }))
}

const isVersion = ({ act }: Step): boolean => act === 'logged' || act === 'revised' || act === 'rival'

function asideOf({ struck, state }: Step): string {
  if (struck) return t('history.struck')
  if (state === null || state === 'accepted') return ''
  return t(state === 'waiting' ? 'history.waiting' : 'history.trouble')
}

function wordsOf({ words, scores, act, content }: Step): string {
  const points = scores.map(({ skill, score }) => t('history.score', { skill, score })).join('、')
  const unknown = !content && (act === 'revised' || act === 'rival') ? t('history.content_elsewhere') : ''
  return [words, points, unknown].filter(Boolean).join(' · ')
}

export function historySteps(steps: Step[], names: ReadonlyMap<string, string>, me: string, plan: Plan | null): HistoryStep[] {
  return steps.map((step) => ({
    key: `${step.act} ${step.op}`,
    mark: step.struck ? 'struck' : MARKS[step.act],
    title: t(`history.${step.act}` as Key, { n: step.version ?? '', minutes: step.minutes ?? '' }),
    who: step.by === me ? t('history.me') : (names.get(step.by) ?? ''),
    when: step.at === null ? t('history.when_unknown') : when(step.at),
    device: step.device === 'unknown' ? '' : t(`device.${step.device}` as Key),
    words: wordsOf(step),
    aside: asideOf(step),
    facts: step.content && isVersion(step) ? factsOf(step.content, plan) : [],
    changes: changesOf(step, steps, plan),
  }))
}
