/* What the doors of sampling say. */
export const OUTCOMES = ['in_order', 'doubtful', 'wrong', 'unreached'] as const

export type Outcome = (typeof OUTCOMES)[number]

export interface SamplingHead {
  id: string
  made_at: number
  what: 'people' | 'entries'
  day_from: string
  day_to: string
  seed: string
  wanted: number
  pool: number
  pool_hash: string
  by_name: string
}

export interface SamplingRow extends SamplingHead {
  drawn: number
  looked_at: number
  odd: number
}

export interface SampledItem {
  place: number
  book_id: string
  entry_id: string
  person: string | null
  college: string | null
  class_name: string | null
  enterprise: string | null
  day: string | null
  minutes: number | null
  state: string | null
  outcome: Outcome | null
  note: string | null
  found_by: string | null
  found_at: number | null
}

export interface SamplingShown extends SamplingHead {
  items: SampledItem[]
}
