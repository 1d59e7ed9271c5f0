/* How a result is said: in one line, and fact by fact in the order of the certificate. */
import type { ResultContent } from '../../../sync/book'
import { t, tOr, type Key } from '../../../texts'
import { lastDecision, type ResultShown } from '../../../use/results/results'
import type { Fact } from './facts'

export const resultWord = (state: ResultShown['state']): string => tOr(`result.state.${state}`, 'result.state.attention')

const chosen = (field: 'level' | 'division' | 'team', id: string | undefined): string => (id ? tOr(`result.${field}.${id}`, `result.${field}`) : '')
const rankWord = (rank: number | null): string => (rank === null ? '' : t('result.rank_of', { rank }))

export const outcomeOf = ({ award, rank, score }: ResultContent): string =>
  [award ?? '', rankWord(rank), score === null ? '' : t('result.score_of', { score })].filter(Boolean).join(' · ')

/** What becomes of it is said of a claim of his own, or of one the college made for him. */
export const saidOf = ({ state, entered }: ResultShown): string =>
  entered && (state === 'claimed' || state === 'rejected') ? t(`result.entered.${state}`) : tOr(`result.said.${state}`, 'result.said.attention')

const eventOf = ({ event, level, division, team }: ResultContent): string =>
  [event, chosen('level', level), chosen('division', division), chosen('team', team)].filter(Boolean).join(' · ')

/** What a row of results takes. */
export const resultRow = ({ result, state, entered }: ResultShown) => ({
  ...{ competition: result.content.competition, event: eventOf(result.content) + (entered ? ` · ${t('result.entered')}` : '') },
  ...{ outcome: outcomeOf(result.content), day: result.content.day },
  ...{ state, word: resultWord(state), reason: state === 'rejected' ? (lastDecision(result)?.text ?? '') : '' },
})

/** Every field of the content; what nobody filled in has an empty text. */
export function factsOfResult(content: ResultContent): Fact[] {
  const { competition, year, level, event, division, team, rank, award, score, day, contestants, photos } = content
  const texts: Partial<Record<keyof ResultContent, string>> = {
    ...{ competition, year: String(year), level: chosen('level', level), event, division: chosen('division', division), team: chosen('team', team) },
    ...{ award: award ?? '', rank: rankWord(rank), score: score ?? '', contestants: contestants ? t('result.people', { n: contestants }) : '', day },
    ...{ certificate_no: content.certificate_no ?? '', organiser: content.organiser ?? '', document_no: content.document_no ?? '' },
    ...{ represents: content.represents ?? '', coach: content.coach ?? '', photos: photos.length ? t('entry.photo_count', { n: photos.length }) : '' },
  }
  return Object.entries(texts).map(([field, text]) => ({ name: t(`result.${field}` as Key), text, of: [field] }))
}
