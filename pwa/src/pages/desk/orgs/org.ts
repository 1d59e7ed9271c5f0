/* Organisations and recognised bases as the doors say them. */
export const KINDS = ['chain_leader', 'enterprise', 'college', 'base', 'authority'] as const
/** What a college enters by itself. */
export const OWN_KINDS = ['enterprise', 'base'] as const

export interface OrgRow {
  id: string
  kind: (typeof KINDS)[number]
  name: string
  credit_code: string | null
  division_code: string | null
  chain: string | null
  people: number
  changeable: boolean
}

export interface BaseRow {
  id: string
  name: string
  recognised: boolean
  until: string | null
  recognitions: number
  changeable: boolean
}

export interface Recognition {
  id: string
  document_no: string
  issuer: string
  from_day: string
  to_day: string | null
}

export interface Recognitions {
  items: Recognition[]
  uncovered: { entries: number; minutes: number; credited: number; first_day: string | null; last_day: string | null }
}
