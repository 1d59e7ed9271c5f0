/* How an entry that waits for its signer is said. */
import { clock, daysBefore } from '../../../sync/days'
import { sentenceOf, t } from '../../../texts'
import type { EntryContent } from '../../../sync/book'
import { overWarnings, signerWarnings } from '../../../use/hours/warnings'
import type { SignerBook, Waiting } from '../../../use/mentor/mentor'
import { weekdayWord } from './moment'

export const whenOf = ({ day, start, end }: EntryContent): string =>
  t('sign.when', { day, weekday: weekdayWord(day), from: clock(start), to: clock(end) })

/** How long it has waited. */
export function ageOf(since: string, today: string): { words: string; days: number } {
  const days = Math.max(0, daysBefore(since, today))
  return { days, words: days === 0 ? t('sign.today') : days === 1 ? t('sign.yesterday') : t('sign.days', { n: days }) }
}

function againOf({ again, entry }: Waiting, person: string): string[] {
  if (again === 'changed') return [t('sign.changed')]
  if (again === 'new') return []
  return [t(entry.returns[entry.returns.length - 1]?.by === person ? 'sign.revised' : 'sign.revised_other')]
}

/** What to know before signing now; what the server said no to first. */
export function cautionsOf({ head, view }: SignerBook, waiting: Waiting, person: string, now: number): string[] {
  const refused = waiting.word ? [t('sign.refused_before', { why: sentenceOf(waiting.word) })] : []
  const found = [...overWarnings(waiting.entry.content, now), ...signerWarnings(head, view, waiting.entry)]
  const cautions = found.map(({ word, fields }) => t(`warn.${word}`, fields))
  return [...refused, ...againOf(waiting, person), ...cautions]
}
