/* Scores by skill, as they stand in a form. */
export const MOST_SCORES = 8
export const MOST_SKILL = 40

export interface Score {
  skill: string
  score: number | ''
}

const isScore = (score: number | ''): boolean => score !== '' && Number.isInteger(score) && score >= 0 && score <= 100

export const areScores = (scores: readonly Score[]): boolean => scores.every(({ skill, score }) => skill.trim() !== '' && isScore(score))

export const given = (scores: readonly Score[]): { skill: string; score: number }[] => scores.map(({ skill, score }) => ({ skill, score: Number(score) }))
