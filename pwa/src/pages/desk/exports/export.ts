/* Exports as the desk's doors tell them. */
export const FORMS = ['roster', 'attendance', 'ledger', 'summary', 'pairings', 'guidance', 'base_use', 'results'] as const
export const FORMATS = ['xlsx', 'pdf', 'csv'] as const

export type FormName = (typeof FORMS)[number]
export type Aim = 'look' | 'claim' | 'freeze'

/** Which forms tell of one month only, which may be handed in, which may be frozen. */
export const MONTHLY: readonly FormName[] = ['attendance', 'guidance', 'base_use']
const CLAIMED: readonly FormName[] = ['ledger', 'summary']

export const aimsOf = (form: FormName): Aim[] => ['look', ...(CLAIMED.includes(form) ? (['claim'] as const) : []), ...(form === 'roster' ? (['freeze'] as const) : [])]

/** A confirmed claim, named so that it can be found. */
export interface NamedClaim {
  id: string
  form: FormName
  month: string | null
  class_name: string
  asker: string
  second: string
  decided_at: number
}

export interface ExportRow {
  id: string
  form: FormName
  format: (typeof FORMATS)[number]
  aim: Aim
  class_id: string
  class_name: string
  enterprise: string | null
  month: string | null
  full_ids: boolean
  reason: string | null
  asker: string
  mine: boolean
  asked_at: number
  made_at: number | null
  bytes: number | null
  sha256: string | null
  totals: { people: number; rows: number; claimed: number; confirmed: number; credited: number; open: number } | null
  second: string | null
  outcome: 'confirmed' | 'refused' | null
  outcome_reason: string | null
  decided_at: number | null
  earlier: NamedClaim[]
  replaces: NamedClaim[]
  replaced_by: NamedClaim[]
  needs_second: boolean
  state: 'waiting' | 'running' | 'done' | 'failed'
  word: string | null
  done: number
  total: number
  unit: string
}

export type ExportState = 'making' | 'failed' | 'second' | 'refused' | 'replaced' | 'ready'

export function stateOf({ state, outcome, needs_second, replaced_by }: ExportRow): ExportState {
  if (state === 'failed') return 'failed'
  if (state !== 'done') return 'making'
  if (outcome === 'refused') return 'refused'
  if (needs_second) return 'second'
  return replaced_by.length ? 'replaced' : 'ready'
}

const KIB = 1024
export const sizeOf = (bytes: number): string => (bytes < KIB * KIB ? `${Math.max(1, Math.round(bytes / KIB))} KB` : `${(bytes / KIB / KIB).toFixed(1)} MB`)
