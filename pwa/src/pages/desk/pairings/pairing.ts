/* What the doors of mentors and pairings say. */
import { t } from '../../../texts'

export const ROLES = ['mentor', 'college_tutor', 'base_trainer'] as const
export type SignerRole = (typeof ROLES)[number]

export interface MentorRow {
  id: string
  person_id: string
  name: string
  login: string
  role: SignerRole
  org: string
  org_name: string
  post: string | null
  level: string | null
  certificate_no: string | null
  valid_to: string | null
  apprentices: number
  state: 'new' | 'in' | 'disabled'
}

export interface MentorOrg {
  id: string
  kind: string
  name: string
  roles: SignerRole[]
}

export interface PairRow {
  member: string
  person_id: string
  name: string
  role: SignerRole
  from_day: string
  to_day: string | null
  state: 'now' | 'later' | 'over'
}

export interface LearnerRow {
  id: string
  name: string
  student_no: string | null
  class_name: string | null
  enterprise_id: string | null
  enterprise: string | null
  from: string
  to: string
  pairs: PairRow[]
}

export interface Looked {
  makes: number
  same: number
  ends: number
  bad: number
  load: { now: number; then: number; most: number; source: string }
  faults: { book: string; name: string; word: string; hint: boolean; said: Record<string, string> }[]
}

/** Those who sign in this role now, or will. */
export const lastingOf = ({ pairs }: LearnerRow, role: SignerRole): PairRow[] => pairs.filter((pair) => pair.role === role && pair.state !== 'over')

export const spanOf = ({ from_day, to_day }: Pick<PairRow, 'from_day' | 'to_day'>): string =>
  to_day ? t('desk.class.from_to', { from: from_day, to: to_day }) : t('desk.pair.since', { from: from_day })
