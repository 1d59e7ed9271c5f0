/* Reversals as the desk's doors tell them. */
import { t, tOr } from '../../../texts'
import { said } from '../said'

export type ReversalState = 'waiting' | 'done' | 'refused' | 'dropped'
export const STATES: readonly ReversalState[] = ['waiting', 'done', 'refused', 'dropped']

export interface ReversalRow {
  id: string
  book_id: string
  entry_id: string
  person: string
  class_name: string | null
  enterprise: string | null
  day: string
  module: string
  claimed_minutes: number
  confirmed_minutes: number
  credited_minutes: number
  minutes: number
  reason: string
  needs: 'raised' | 'claimed' | null
  state: ReversalState
  asker: string
  mine: boolean
  asked_at: number
  second: string | null
  answer: string | null
  decided_at: number | null
}

export interface ReversalBook {
  id: string
  person: string
  class_id: string | null
  class_name: string | null
  locked: string[]
}

interface Standing {
  entry: number
  whole: number
  plan: number
  lesson_minutes: number
  reached: boolean
  module: { name: string; plan: number; credited: number; missing: number } | null
}

export interface ReversalLook {
  version: string
  month: string
  locked: boolean
  waits: boolean
  confirmed: number
  needs: 'raised' | 'claimed' | null
  claims: { id: string; form: 'ledger' | 'summary'; month: string | null; decided_at: number | null; asker: string; second: string | null }[]
  before: Standing
  after: Standing
}

/** "−30", with the sign people write. */
export const signed = (minutes: number): string => (minutes < 0 ? `−${-minutes}` : `+${minutes}`)

export function wordOf(word: string): string {
  const own = tOr(`desk.reversals.word.${word}`, 'desk.word.none')
  return own === t('desk.word.none') ? said(word) : own
}
