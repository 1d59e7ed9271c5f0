/* The rows of the phone's databases. Documents are a cache and may be thrown away; outbox, kept and keys are not. */
import type { Doc } from '../../sync/book'

export type OutboxState = 'waiting' | 'accepted' | 'held' | 'refused' | 'quarantined' | 'stuck'

/** An op as it travels, and what of it this phone looks for. */
export interface OpRow {
  id: string
  jws: string
  book: string
  doc: string
  kind: string
  /** ms since 1970, by this phone's clock when the op was made. */
  at: number
  /** Made by another phone; this one only brings it along. */
  carried: boolean
  /** The order in which this phone got its ops, whatever its clock said. */
  number: number
}

export interface OutboxRow extends OpRow {
  state: OutboxState
  /** Why it stands under 需处理; null while nothing is wrong. */
  word: string | null
  /** Where the server put it; it leaves the outbox once the book's documents have come this far. */
  seq: number | null
  /** Carried, and this phone cannot tell whether it may be: it has no effect here until the server has said so. */
  unsure?: boolean
  /** Carried, and somebody waits to hear what became of it: its refusal stays until he has taken it back. */
  awaited?: boolean
  /** How often it alone made the server fail. */
  tries: number
  /** When its verdict was last heard, by this phone's clock; 0 = never. */
  asked_at: number
  /** How often in a row the server would not say yet; absent = never. */
  put_off?: number
  /** Written to an export file after it was made. */
  exported: boolean
}

export interface KeptRow extends OpRow {
  seq: number | null
  kept_at: number
}

export interface DocRow {
  book: string
  id: string
  seq: number
  body: Doc
}

/** Where a book stands: the end of the last page that was stored. */
export interface Cursor {
  seq: number
  chain: string
}

export interface BookRow extends Cursor {
  id: string
  /** When its documents began anew on this phone; an older build noted nothing. */
  era?: number
  /** While a book is fetched again, how far the staging area has come; null otherwise. */
  resetting: Cursor | null
}

export interface KeyRow {
  name: 'device'
  /** RFC 7638 thumbprint of the public key. */
  id: string
  pair: CryptoKeyPair
  jwk: { crv: string; kty: string; x: string; y: string }
  certificate: string | null
  /** This key's own counter: the number of the last op. */
  count: number
}

export interface MetaRow {
  name: string
  body: unknown
}

export interface PersonRow {
  id: string
  name: string
}

export interface AccountRow {
  id: string
  name: string
  login: string
  used_at: number
  locked: boolean
  /** Being taken off this phone. */
  leaving?: true
}

export type Verdict =
  | { as: 'accepted'; seq: number }
  | { as: 'refused'; word: string }
  | { as: 'held'; needs: string[]; word?: string }
  | { as: 'quarantined'; word: string }
  | { as: 'retry' }

/** One book's part of an answer, with the place it was asked from. */
export interface BookPage extends Cursor {
  id: string
  reset: boolean
  docs: (Doc & { id: string; seq: number })[]
  more: boolean
}

export interface Page {
  epoch: string
  now: number
  verdicts: Record<string, Verdict>
  books: BookPage[]
  gone: string[]
}
