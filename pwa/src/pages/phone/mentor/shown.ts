/* How a waiting entry is put into words; every mentor's screen says it the same way. */
import type { LocationQuery, RouteLocationRaw } from 'vue-router'
import { sentenceOf, t, tOr } from '../../../texts'
import { clock, daysBefore, weekdayOf } from '../../../use/book/days'
import type { SignerBook, Waiting } from '../../../use/mentor/mentor'
import { signerWarnings } from '../../../use/hours/warnings'
import type { BookDoc, EntryContent } from '../../../sync/book'

export const whenOf = ({ day, start, end }: EntryContent): string =>
  t('sign.when', { day, weekday: tOr(`weekday.${weekdayOf(day)}`, 'weekday.0'), from: clock(start), to: clock(end) })

export const ownerOf = (owner: string): string => owner || t('sign.unnamed')

export function ageOf(since: string, today: string): { words: string; days: number } {
  const days = Math.max(0, daysBefore(since, today))
  return { days, words: days === 0 ? t('sign.today') : days === 1 ? t('sign.yesterday') : t('sign.days', { n: days }) }
}

export const moduleOf = ({ plan }: BookDoc, code: string): string => plan?.modules.find((module) => module.code === code)?.name ?? code

export function placeOf({ plan }: BookDoc, { place, place_kind }: EntryContent): string {
  const name = plan?.places.find(({ id }) => id === place)?.name ?? ''
  return [tOr(`place.${place_kind}`, 'place.post'), name].filter(Boolean).join(' · ')
}

function againOf({ again, entry }: Waiting, person: string): string[] {
  if (again === 'changed') return [t('sign.changed')]
  if (again === 'new') return []
  return [t(entry.returns[entry.returns.length - 1]?.by === person ? 'sign.revised' : 'sign.revised_other')]
}

/** What to know before signing, in words; what the server said no to first. */
export function warningsOf({ head, view }: SignerBook, waiting: Waiting, person: string): string[] {
  const refused = waiting.word ? [t('sign.refused_before', { why: sentenceOf(waiting.word) })] : []
  const cautions = signerWarnings(head, view, waiting.entry).map(({ word, fields }) => t(`warn.${word}`, fields))
  return [...refused, ...againOf(waiting, person), ...cautions]
}

/** Which of the waiting ones he goes through: one apprentice's, or those a code named. */
export interface Walk {
  who?: string
  pick?: string
}

export const walkOf = ({ who, pick }: LocationQuery): Walk => ({
  ...(typeof who === 'string' && who ? { who } : {}),
  ...(typeof pick === 'string' && pick ? { pick } : {}),
})

export const entryPath = (book: string, id: string, walk: Walk = {}, back = false): RouteLocationRaw => ({
  path: `/sign/${book}/${id}`,
  query: { ...walk, ...(back ? { return: '1' } : {}) },
})
