/* The claim form: what is typed, what is still missing, and the content it becomes. */
import type { ResultContent, ResultDoc } from '../../sync/book'
import type { ClaimForm } from '../../db/account/meta'

export type { ClaimForm }

export const LEVELS = ['world', 'national_1', 'national_2', 'province_1', 'province_2', 'city_1', 'city_2', 'trade', 'enterprise', 'college'] as const
export const DIVISIONS = ['staff', 'teacher', 'student'] as const
export const TEAMS = ['single', 'pair', 'trio', 'group'] as const

export const AWARDS = ['一等奖', '二等奖', '三等奖', '优胜奖', '金牌', '银牌', '铜牌'] as const

/** How much each text may hold, as the rules have it. */
export const MOST = { competition: 80, event: 60, award: 30, score: 20, organiser: 60, document_no: 60, certificate_no: 40, represents: 60, coach: 40 } as const

/** The year is likely this one; the day stands on the certificate, and is nobody's guess. */
export const blankClaim = (today: string): ClaimForm => ({
  ...{ competition: '', year: Number(today.slice(0, 4)), level: '', event: '', division: 'student', team: '', rank: '', award: '', score: '', day: '' },
  ...{ certificate_no: '', contestants: '', organiser: '', document_no: '', represents: '', coach: '', photos: [] },
})

/** A claim made before, ready to be mended. */
export const claimFormOf = (content: ResultContent): ClaimForm => ({
  ...blankClaim(content.day),
  ...content,
  rank: content.rank ?? '',
  award: content.award ?? '',
  score: content.score ?? '',
  photos: [...content.photos],
})

export type Missing = '' | 'competition' | 'event' | 'level' | 'day' | 'future' | 'year' | 'outcome' | 'rank' | 'contestants' | 'beyond'

const isCount = (typed: number | ''): boolean => typed === '' || (Number.isInteger(typed) && typed >= 1 && typed <= 100_000)

/** The first thing that keeps the form from being saved. */
export function missingIn(form: ClaimForm, today: string): Missing {
  if (!form.competition.trim()) return 'competition'
  if (!form.level) return 'level'
  if (!form.event.trim()) return 'event'
  if (!form.day) return 'day'
  if (form.day > today) return 'future'
  if (form.year === '' || !Number.isInteger(form.year) || form.year < 2000 || form.year > 2100) return 'year'
  if (!isCount(form.rank)) return 'rank'
  if (!isCount(form.contestants)) return 'contestants'
  if (form.rank !== '' && form.contestants !== '' && form.rank > form.contestants) return 'beyond'
  return form.rank === '' && !form.award.trim() && !form.score.trim() ? 'outcome' : ''
}

const orNull = (text: string): string | null => text.trim() || null

/** Only called when nothing is missing. What the rules know as later fields is left out when nobody filled it in. */
export function resultContentOf(form: ClaimForm): ResultContent {
  const { competition, year, level, event, division, rank, award, score, day, photos, team, contestants } = form
  const content: ResultContent = {
    ...{ competition, year: Number(year), level: level as ResultContent['level'], event, division: division as ResultContent['division'] },
    ...{ rank: rank === '' ? null : rank, award: orNull(award), score: orNull(score), day, photos: [...photos] },
  }
  if (team) content.team = team as NonNullable<ResultContent['team']>
  if (contestants !== '') content.contestants = contestants
  for (const name of ['organiser', 'document_no', 'certificate_no', 'represents', 'coach'] as const) {
    if (form[name].trim()) content[name] = form[name]
  }
  return content
}

const same = (a: string, b: string): boolean => a.trim().normalize('NFC') === b.trim().normalize('NFC')

/** The same event of the same competition, claimed before: the college will verify only one of them. */
export const twinOf = (results: ResultDoc[], form: ClaimForm, id: string | null): ResultDoc | undefined =>
  results.find(
    ({ id: other, content }) =>
      other !== id && content.year === form.year && same(content.competition, form.competition) && same(content.event, form.event),
  )
