/* Occupations and levels as the doors say them. */
export interface OccupationRow {
  id: string
  owner: string | null
  code: string
  name: string
  edition: number
  source: string
  levels: string[]
  level_names: string[]
  ended_on: string | null
  ended: boolean
  plans: number
  changeable: boolean
}

/** `grade` is the digit of a certificate; three levels have none. */
export interface Level {
  code: string
  name: string
  grade: number | null
}

/** The one list of levels, the lowest first. */
export const LEVELS_DOOR = '/api/desk/occupations/levels'
