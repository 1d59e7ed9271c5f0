/* What the doors of the registers say. */
import { t, tOr } from '../../../texts'

export interface ClassRow {
  id: string
  name: string
  from_day: string
  to_day: string
  plan_id: string | null
  plan_name: string | null
  people: number
  newcomers: number
  holding: number
}

export interface PlanRow {
  id: string
  name: string
  occupation: string
  level: string
  registered: boolean
  version: number
  filed_on: string | null
  rule_set: string
  source: string
  status: string
  valid_to: string | null
  classes: number
  lesson_minutes: number
  sums: Record<string, number>
  modules: { code: string; name: string; category: string; nature: string; place: string; minutes: number }[]
  faults: { word: string; field: string | null; said: Record<string, string> }[]
}

export interface RosterRow {
  id: string
  name: string
  login: string
  number: string | null
  student_no: string | null
  class_id: string | null
  class_name: string | null
  enterprise: string | null
  post: string | null
  state: 'new' | 'in' | 'disabled'
}

export interface Agreement {
  id: string
  kind: 'training' | 'placement' | 'cooperation' | 'employment'
  number: string
  from_day: string
  to_day: string
  insurance: string | null
  insured_from: string | null
  insured_to: string | null
  ended_on: string | null
}

export interface PersonShown extends RosterRow {
  id_kind: string | null
  from: string | null
  to: string | null
  learner: string | null
  occupation: string | null
  level: string | null
  schooling: string | null
  school: string | null
  major: string | null
  graduates: string | null
  occupation_code: string | null
  insured_at: string | null
  remark: string | null
  agreements: Agreement[]
}

export interface Contact {
  number: string
  phone: string
  guardian: string
  guardian_phone: string
  elsewhere: boolean
}

/** 10.6 学时 (480 分钟), rounded down. */
export const lessonsOf = (minutes: number, lesson: number): string => t('desk.plan.lessons', { lessons: Math.floor((minutes * 10) / lesson) / 10, minutes })

export const shareOf = (minutes: number, total: number): string => (total ? `${Math.floor((minutes * 1000) / total) / 10}%` : '—')

export const wordOf = (word: string, said: Record<string, string>): string => tOr(`fault.${word}`, 'desk.import.unknown', said)
