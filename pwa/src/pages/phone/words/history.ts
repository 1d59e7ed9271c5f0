/* What happened to an entry or a result, said step by step. */
import type { HistoryStep } from '../../../components/entry/HistoryList.vue'
import type { Plan } from '../../../sync/book'
import { momentOf } from '../../../sync/days'
import { t, tOr, type Key } from '../../../texts'
import { isVersion, type EntryPast } from '../../../use/book/history'
import type { ResultPast } from '../../../use/results/results'
import { allFacts, changesOf, given } from './facts'
import { factsOfResult } from './result'

type Names = ReadonlyMap<string, string>

const MARKS: Record<EntryPast['what'] | ResultPast['what'], string> = {
  ...{ logged: 'written', revised: 'written', rival: 'asked', noted: 'written', signed: 'signed', credited: 'credited' },
  ...{ returned: 'asked', queried: 'asked', reversed: 'asked', withdrawn: 'gone', reset: 'asked' },
  ...{ claimed: 'written', entered: 'written', verified: 'written', rejected: 'asked' },
}

const whoOf = (by: string, names: Names, me: string): string => (by === me ? t('history.me') : (names.get(by) ?? ''))

function asideOf({ struck, state }: EntryPast): string {
  if (struck) return t('history.struck')
  if (state === null || state === 'accepted') return ''
  return t(state === 'waiting' ? 'history.waiting' : 'history.trouble')
}

function wordsOf({ words, scores, what, content, reset }: EntryPast, names: Names, me: string): string {
  const second = reset ? t('history.reset_second', { name: whoOf(reset.second, names, me) || t('reset.teacher') }) : ''
  const points = scores.map(({ skill, score }) => t('history.score', { skill, score })).join('、')
  const unknown = !content && (what === 'revised' || what === 'rival') ? t('history.content_elsewhere') : ''
  return [words, second, points, unknown].filter(Boolean).join(' · ')
}

function changesIn(one: EntryPast, past: EntryPast[], plan: Plan | null): HistoryStep['changes'] {
  const before = past.find((other) => other.version === (one.version ?? 0) - 1 && isVersion(other))?.content
  if (!isVersion(one) || !one.content || !before) return []
  return changesOf(before, one.content, (content) => allFacts(content, plan))
}

export const entrySteps = (past: EntryPast[], names: Names, me: string, plan: Plan | null): HistoryStep[] =>
  past.map((one) => ({
    key: `${one.what} ${one.op}`,
    mark: one.struck ? 'struck' : MARKS[one.what],
    title: t(`history.${one.what}` as Key, { n: one.version ?? '', minutes: one.minutes ?? '', name: one.reset ? whoOf(one.reset.person, names, me) : '' }),
    who: whoOf(one.by, names, me),
    when: one.at === null ? t('history.when_unknown') : momentOf(one.at),
    device: one.device === 'unknown' ? '' : t(`device.${one.device}` as Key),
    words: wordsOf(one, names, me),
    aside: asideOf(one),
    facts: one.content && isVersion(one) ? given(allFacts(one.content, plan)) : [],
    changes: changesIn(one, past, plan),
  }))

export const resultSteps = (past: ResultPast[], names: Names, me: string): HistoryStep[] =>
  past.map(({ op, what, at, by, words, content }) => ({
    ...{ key: `${what} ${op}`, mark: MARKS[what], title: tOr(`result.past.${what}`, 'history.title') },
    ...{ who: whoOf(by, names, me) || t('result.college'), when: momentOf(at), device: '', words, aside: '' },
    ...{ facts: content ? given(factsOfResult(content)) : [], changes: [] },
  }))
