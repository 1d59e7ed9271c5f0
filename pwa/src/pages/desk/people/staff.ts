/* Who sits at which desk, as the doors tell it. */
import { t } from '../../../texts'

export const ROLES = ['coordinator', 'enterprise_admin', 'base_admin', 'authority', 'system_admin'] as const

export type Role = (typeof ROLES)[number]

export interface StaffRow {
  id: string
  state: 'held' | 'asked'
  person_id: string | null
  name: string
  login: string
  role: Role
  org_id: string
  org_name: string
  asked_by: string | null
  asked_at: number | null
  disabled: boolean
  newcomer: boolean
  factor: boolean
  seen_at: number | null
}

export interface Choice {
  role: Role
  org_id: string
  org_name: string
}

export interface StaffPerson {
  name: string
  login: string
  seats: Choice[]
  sessions: { id: string; kind: 'phone' | 'desk'; label: string; created_at: number; last_seen_at: number }[]
  may_shut: boolean
}

export const roleOf = (role: Role): string => t(`desk.role.${role}`)

/** What stands in the column of states: what waits, what is shut, who has not come yet. */
export const stateOf = (row: StaffRow): 'asked' | 'shut' | 'new' | 'in' => (row.state === 'asked' ? 'asked' : row.disabled ? 'shut' : row.newcomer ? 'new' : 'in')
