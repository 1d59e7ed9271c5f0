/* How a result is said: its fields as lines of words, in the order of the certificate. */
import type { ResultContent } from '../../../sync/book'
import { t, tOr } from '../../../texts'

export interface Line {
  name: string
  label: string
  text: string
}

export const outcomeOf = ({ award, rank, score }: ResultContent): string =>
  [award ?? '', rank === null ? '' : t('result.rank_of', { rank }), score === null ? '' : t('result.score_of', { score })].filter(Boolean).join(' · ')

export const eventOf = ({ event, level, division, team }: ResultContent): string =>
  [event, tOr(`result.level.${level}`, 'result.level'), tOr(`result.division.${division}`, 'result.division'), team ? tOr(`result.team.${team}`, 'result.team') : '']
    .filter(Boolean)
    .join(' · ')

/** Every field of the content; what nobody filled in has an empty text. */
export function linesOf(content: ResultContent): Line[] {
  const { competition, year, level, event, division, team, rank, award, score, day, contestants } = content
  return [
    { name: 'competition', label: t('result.competition'), text: competition },
    { name: 'year', label: t('result.year'), text: String(year) },
    { name: 'level', label: t('result.level'), text: tOr(`result.level.${level}`, 'result.level') },
    { name: 'event', label: t('result.event'), text: event },
    { name: 'division', label: t('result.division'), text: tOr(`result.division.${division}`, 'result.division') },
    { name: 'team', label: t('result.team'), text: team ? tOr(`result.team.${team}`, 'result.team') : '' },
    { name: 'award', label: t('result.award'), text: award ?? '' },
    { name: 'rank', label: t('result.rank'), text: rank === null ? '' : t('result.rank_of', { rank }) },
    { name: 'score', label: t('result.score'), text: score ?? '' },
    { name: 'contestants', label: t('result.contestants'), text: contestants ? t('result.people', { n: contestants }) : '' },
    { name: 'day', label: t('result.day'), text: day },
    { name: 'certificate_no', label: t('result.certificate_no'), text: content.certificate_no ?? '' },
    { name: 'organiser', label: t('result.organiser'), text: content.organiser ?? '' },
    { name: 'document_no', label: t('result.document_no'), text: content.document_no ?? '' },
    { name: 'represents', label: t('result.represents'), text: content.represents ?? '' },
    { name: 'coach', label: t('result.coach'), text: content.coach ?? '' },
    { name: 'photos', label: t('result.photos'), text: content.photos.length ? String(content.photos.length) : '' },
  ]
}
