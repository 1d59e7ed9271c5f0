/* Whose an account is, by the lists this desk reads anyway: before something is done about somebody he is shown. */
import { t } from '../../../texts'
import type { Desk } from '../../../use/desk/ask'
import type { PlaceRow } from '../base/base'
import type { MentorRow } from '../pairings/pairing'
import type { RosterRow } from '../setup/setup'
import { roleOf, type StaffRow } from './staff'

export interface Whose {
  login: string
  name: string
  places: string[]
}

type Told = { as: 'answer'; answer: Whose | null } | { as: 'refused'; word: string }
type Row = { name: string; login: string }

const PAGE = 20
const LISTS = [
  { path: '/api/desk/roster', roles: ['coordinator'], placeOf: (row: Row) => (row as RosterRow).class_name ?? (row as RosterRow).enterprise },
  { path: '/api/desk/masters', roles: ['coordinator'], placeOf: (row: Row) => (row as MentorRow).org_name },
  { path: '/api/desk/staff', roles: ['coordinator', 'system_admin'], placeOf: (row: Row) => `${(row as StaffRow).org_name} ${roleOf((row as StaffRow).role)}` },
  { path: '/api/desk/base/places', roles: ['base_admin'], placeOf: (row: Row) => t(`desk.base.role.${(row as PlaceRow).role}`) },
]

export async function findWhose(get: Desk['get'], roles: readonly string[], login: string): Promise<Told> {
  let found: Whose | null = null
  for (const list of LISTS.filter((one) => one.roles.some((role) => roles.includes(role)))) {
    const got = await get<{ items: Row[] }>(`${list.path}?${new URLSearchParams({ text: login, size: String(PAGE) })}`)
    if (got.as === 'refused') return got
    for (const row of got.answer.items.filter((one) => one.login.toLowerCase() === login.toLowerCase())) {
      found ??= { login: row.login, name: row.name, places: [] }
      const place = list.placeOf(row)
      if (place && !found.places.includes(place)) found.places.push(place)
    }
  }
  return { as: 'answer', answer: found }
}
