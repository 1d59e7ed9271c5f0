/* Competition results as the desk's doors tell them. */
import { t, type Key } from '../../../texts'

interface ResultContent {
  competition: string
  year: number
  level: string
  event: string
  division: string
  day: string
  photos: string[]
  rank?: number
  award?: string
  score?: string
  team?: string
  contestants?: number
  organiser?: string
  document_no?: string
  represents?: string
  coach?: string
  certificate_no?: string
}

export interface ResultRow {
  book: string
  id: string
  state: 'claimed' | 'verified' | 'rejected'
  claimed_at: number
  version: string
  person_name: string
  class_name: string
  enterprise_name: string
  content: ResultContent
  rivals: ResultContent[]
  decisions: { decided: 'verified' | 'rejected'; text: string; at: number; by: string }[]
  /** Who imported it for him; empty where he claimed it himself. */
  claimed_by: string
  /** Whoever looks at it imported it: another one decides. */
  own: boolean
  twins: number
}

export const LEVELS = ['world', 'national_1', 'national_2', 'province_1', 'province_2', 'city_1', 'city_2', 'trade', 'enterprise', 'college'] as const
export const STATES = ['claimed', 'verified', 'rejected'] as const

export const levelOf = (level: string): string => t(`result.level.${level}` as Key)

export const outcomeOf = ({ rank, award, score }: ResultContent): string =>
  [award, rank === undefined ? '' : t('result.rank_of', { rank }), score === undefined ? '' : t('result.score_of', { score })].filter(Boolean).join(' · ')

/** Everything that was claimed, as names and values. */
export const factsOf = (content: ResultContent): [string, string][] => {
  const rows: [Key, string | number | undefined][] = [
    ['result.competition', content.competition], ['result.level', levelOf(content.level)], ['result.event', content.event],
    ['result.division', t(`result.division.${content.division}` as Key)], ['result.team', content.team && t(`result.team.${content.team}` as Key)],
    ['result.year', content.year], ['result.day', content.day], ['result.rank', content.rank], ['result.award', content.award], ['result.score', content.score],
    ['result.contestants', content.contestants && t('result.people', { n: content.contestants })], ['result.certificate_no', content.certificate_no],
    ['result.organiser', content.organiser], ['result.document_no', content.document_no], ['result.represents', content.represents], ['result.coach', content.coach],
  ]
  return rows.flatMap(([key, value]) => (value === undefined || value === '' ? [] : [[t(key), String(value)] as [string, string]]))
}
