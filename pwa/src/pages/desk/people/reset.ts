/* Access made anew, as the desk's doors tell it. */
import { HOUR_MS, MINUTE_MS } from '../../../sync/days'

/** What nobody confirms in this time is over. */
const OPEN_MS = 72 * HOUR_MS
/** The person's own phones hear of it first. */
const HEARD_MS = 5 * MINUTE_MS

export const STATES = ['open', 'done', 'withdrawn', 'objected', 'lapsed'] as const

type State = (typeof STATES)[number]

export interface ResetRow {
  id: string
  person: string
  login: string
  asked_by: string
  second: string | null
  asked_at: number
  reason: string
  outcome: State | null
  ended_at: number | null
}

export interface Slip {
  name: string
  login: string
  code: string
}

export interface ResetDone {
  reset: ResetRow
  slip: Slip | null
}

export const stateOf = ({ outcome, asked_at }: ResetRow, now = Date.now()): State =>
  outcome ?? (now - asked_at > OPEN_MS ? 'lapsed' : 'open')

export const confirmFrom = ({ asked_at }: ResetRow): number => asked_at + HEARD_MS
