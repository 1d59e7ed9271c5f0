/* What the doors of agreements say, and their words. */
import type { Agreement } from '../setup/setup'

export const STATES = ['none', 'ended', 'uninsured', 'soon', 'fine', 'over'] as const
export const KINDS = ['training', 'placement', 'employment'] as const

export interface CoveredRow {
  id: string
  name: string
  student_no: string | null
  class_name: string | null
  class_from: string | null
  class_to: string | null
  enterprise: string | null
  agreements: number
  agreed_from: string | null
  agreed_to: string | null
  insured_to: string | null
  state: (typeof STATES)[number]
}

export interface AgreementsMade {
  made: number
  there: number
  short: number
}

export interface CooperationRow {
  id: string
  number: string
  from_day: string
  to_day: string
  ended_on: string | null
  enterprise: string
  people: number
}

export interface PartnerRow {
  id: string
  name: string
  until: string | null
}

/** What of an agreement can be ended or changed in a sheet. */
export type Kept = Pick<Agreement, 'id' | 'number' | 'from_day' | 'to_day' | 'ended_on'> & Partial<Agreement>

/** XT-### from 7 on, for three: XT-007 and XT-009. Null where no digits run. */
export function runOf(number: string, first: number, count: number): [string, string] | null {
  const run = /#+/.exec(number)
  if (!run) return null
  const at = (n: number) => number.replace(/#+/, String(n).padStart(run[0].length, '0'))
  return [at(first), at(first + Math.max(count, 1) - 1)]
}
