/* Skill chains and who is in them as the doors say it. */
export interface ChainRow {
  id: string
  name: string
  ended_on: string | null
  orgs: number
  colleges: number
}

export interface MemberRow {
  id: string
  org_id: string
  name: string
  kind: 'chain_leader' | 'enterprise' | 'college' | 'base' | 'authority'
  from_day: string
  to_day: string | null
  reason: string
  left_reason: string | null
  state: 'later' | 'inside' | 'left'
}
