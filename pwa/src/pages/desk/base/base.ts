/* A base, as its administrator's doors tell it. */

export interface BaseHead {
  name: string
  open: boolean
  workstations: string[]
}

export interface PlaceRow {
  id: string
  name: string
  login: string
  role: 'base_trainer' | 'mentor' | 'kiosk'
  first: string
  last: string | null
  state: 'serves' | 'later' | 'newcomer' | 'over'
  seconds: number | null
  heard_at: number | null
}

export interface SessionRow {
  id: string
  day: string
  start: number
  end: number
  topic: string
  workstation: string
  by_name: string
  state: 'open' | 'closed'
  seen: number
}
