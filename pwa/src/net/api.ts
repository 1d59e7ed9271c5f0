/* The answers of the doors this phone knocks at. */
import type { BookPage, Verdict } from '../db/rows'

export interface Role {
  role: string
  org: string | null
  org_name: string | null
}

export interface Me {
  person: { id: string; name: string; login: string; roles: Role[] }
  session: { id: string; kind: string }
  epoch: string
  now: number
  server_key: { crv: string; kty: string; x: string; y: string }
}

export interface SyncQuestion {
  v: 1
  build: string
  epoch: string
  have: Record<string, [number, string]>
  ops: string[]
  limit: number
}

export interface SyncAnswer {
  v: 1
  epoch: string
  now: number
  verdicts: Record<string, Verdict>
  books: BookPage[]
  gone: string[]
  /** The server asks for a newer build; unloading goes on all the same. */
  update?: boolean
}

export interface PeoplePage {
  items: { id: string; name: string }[]
  next: string | null
}
