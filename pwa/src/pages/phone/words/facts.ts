/* What a content says, fact by fact, and how two contents of one thing are told apart. */
import type { EntryContent, Plan } from '../../../sync/book'
import { momentOf } from '../../../sync/days'
import { t, tOr, type Key } from '../../../texts'
import type { Flag } from '../../../use/book/credit'
import { differing } from '../../../use/book/history'
import { moduleOf, placeOf } from './entry'
import { timesOf, weekdayWord } from './moment'
import { minutesWord } from './units'

export interface Fact {
  name: string
  /** Empty where nothing was given. */
  text: string
  /** What that means, beside another content. */
  none?: string
  /** The fields of the content it speaks of. */
  of: readonly string[]
}

const fact = (name: Key, text: string, ...of: (keyof EntryContent)[]): Fact => ({ name: t(name), text, of })

/** Everything but the words and the hours, which stand above it wherever an entry is shown whole. */
export const factsOf = (content: EntryContent, plan: Plan | null): Fact[] => [
  fact('entry.field.module', plan ? moduleOf(content.module, plan) : t('entry.module_unnamed', { code: content.module }), 'module'),
  fact('entry.field.nature', t(content.nature === 'theory' ? 'entry.theory' : 'entry.practice'), 'nature'),
  fact('entry.field.place', placeOf(content, plan), 'place', 'place_kind'),
  { ...fact('entry.field.break', content.break ? minutesWord(content.break) : '', 'break'), none: t('log.break_none') },
  fact('entry.field.presence', content.presence ? t('entry.checked_in') : '', 'presence'),
  fact('entry.field.safety', t(content.safety ? 'entry.safe' : 'entry.not_safe'), 'safety'),
  fact('entry.field.shared', content.shared ? t('entry.on_shared') : '', 'shared'),
  fact('entry.field.late_reason', content.late_reason ?? '', 'late_reason'),
]

export const timeFacts = (content: EntryContent): Fact[] => [
  fact('entry.field.day', `${content.day} ${weekdayWord(content.day)}`, 'day'),
  fact('entry.field.times', timesOf(content), 'start', 'end'),
]

export const allFacts = (content: EntryContent, plan: Plan | null): Fact[] => [
  ...timeFacts(content),
  ...factsOf(content, plan),
  fact('entry.field.text', content.text, 'text'),
  fact('entry.field.photos', content.photos.length ? t('entry.photo_count', { n: content.photos.length }) : '', 'photos'),
]

export const given = (facts: Fact[]): Fact[] => facts.filter(({ text }) => text)

/** Why not every minute counts. */
export const flagWords = (flags: readonly Flag[]): string[] => flags.map((flag) => tOr(`credit.${flag}`, 'credit.OTHER'))

const orUnsaid = ({ text = '', none }: Partial<Fact> = {}): string => text || (none ?? t('entry.unsaid'))

/** What one content says otherwise than the one before it. */
export function changesOf<C extends object>(before: C, after: C, facts: (content: C) => Fact[]): { name: string; before: string; after: string }[] {
  const fields = new Set<string>(differing(before, after))
  const old = facts(before)
  return facts(after)
    .map((now, place) => ({ name: now.name, of: now.of, before: orUnsaid(old[place]), after: orUnsaid(now) }))
    .filter(({ of }) => of.some((field) => fields.has(field)))
}

interface Disputed<C> {
  version: string
  content: C
  rivals: readonly { op: string; at: number; content: C }[]
}

export interface Side<C> {
  op: string
  title: string
  content: C
  /** What differs from what stands beside it. */
  marked: Fact[]
  alike: Fact[]
}

/** The contents that stand side by side; none while there is only one. */
export function sidesOf<C extends object>({ version, content, rivals }: Disputed<C>, facts: (content: C) => Fact[]): Side<C>[] {
  if (!rivals.length) return []
  const fields = new Set<string>(rivals.flatMap((rival) => differing(content, rival.content)))
  const isMarked = ({ of }: Fact) => of.some((field) => fields.has(field))
  const others = rivals.map(({ op, at, content: theirs }) => ({ op, title: t('rival.other', { at: momentOf(at) }), content: theirs }))
  return [{ op: version, title: t('rival.now'), content }, ...others].map((side) => {
    const all = facts(side.content)
    const marked = all.filter(isMarked).map((one) => ({ ...one, text: orUnsaid(one) }))
    return { ...side, marked, alike: given(all.filter((one) => !isMarked(one))) }
  })
}
