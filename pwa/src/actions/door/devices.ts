/* Stories about the devices and log-ins in my name. The server keeps both lists; without it there is nothing to show. */
import type { AccountDb } from '../../db/account/account'
import { readKey } from '../../db/account/keys'
import { isAnswer, refusedBy, type Door } from './door'
import type { Refused } from '../refused'

export interface Device {
  id: string
  label: string
  shared: boolean
  status: 'active' | 'retired' | 'lost'
  enrolled_at: number
  /** When the last operation it signed reached the server. */
  signed_at: number | null
  /** Of a check-in screen: how far its clock was ahead when the server last heard of it, and when that was. */
  clock_seconds?: number | null
  clock_at?: number | null
}

export interface Session {
  id: string
  kind: string
  label: string
  created_at: number
  last_seen_at: number
  current: boolean
}

/** My access made anew: asked for by one person of the desk, confirmed by another. */
export interface Reset {
  id: string
  asked_by: string
  second: string | null
  asked_at: number
  reason: string
  outcome: 'done' | 'withdrawn' | 'objected' | 'lapsed' | null
  ended_at: number | null
}

export interface Listed<Row> {
  items: Row[]
  next: string | null
}

const PAGE = 20

async function list<Row>(door: Door, path: string, after: string): Promise<Listed<Row> | Refused> {
  const got = await door.get<Listed<Row>>(`${path}?limit=${PAGE}&after=${encodeURIComponent(after)}`)
  if (!isAnswer(got)) return refusedBy(got)
  return Array.isArray(got.answer.items) ? got.answer : { refused: 'unexpected' }
}

export const listDevices = (door: Door, after = ''): Promise<Listed<Device> | Refused> => list(door, '/api/devices', after)

export const listSessions = (door: Door, after = ''): Promise<Listed<Session> | Refused> => list(door, '/api/sessions', after)

export async function listResets(door: Door): Promise<Reset[] | Refused> {
  const got = await door.get<{ items: Reset[] }>('/api/resets')
  if (!isAnswer(got)) return refusedBy(got)
  return Array.isArray(got.answer.items) ? got.answer.items : { refused: 'unexpected' }
}

/** Which of the devices this phone is; null where no key is kept. */
export const thisDevice = async (db: AccountDb): Promise<string | null> => (await readKey(db))?.id ?? null

async function done(knock: ReturnType<Door['post']>): Promise<null | Refused> {
  const got = await knock
  return isAnswer(got) ? null : refusedBy(got)
}

/** `lost`: what its key signs from now on waits for a person. `retired`: it is refused. */
export const endDevice = (door: Door, id: string, how: 'retired' | 'lost'): Promise<null | Refused> =>
  done(door.post(`/api/devices/${id}/revoke`, { how }))

export const endSession = (door: Door, id: string): Promise<null | Refused> => done(door.post(`/api/sessions/${id}/end`, {}))

/** I have not asked for it. Only with the password: whoever found my phone must not keep me out. */
export const objectTo = (door: Door, reset: string, password: string): Promise<null | Refused> =>
  done(door.post(`/api/resets/${reset}/object`, { password }))
