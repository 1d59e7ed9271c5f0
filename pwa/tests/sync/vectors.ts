/* The vectors Python made, as text: their shape is said here, not guessed from half a megabyte. */
import creditText from '../../../tests/vectors/credit.json?raw'
import evidenceText from '../../../tests/vectors/evidence.json?raw'
import envelopeText from '../../../tests/vectors/envelope.json?raw'
import hostileText from '../../../tests/vectors/hostile.json?raw'
import opText from '../../../tests/vectors/op.json?raw'
import reduceText from '../../../tests/vectors/reduce.json?raw'
import rulesText from '../../../tests/vectors/rules.json?raw'
import chromiumText from '../../../tests/vectors/sign_chromium.json?raw'
import pythonText from '../../../tests/vectors/sign_python.json?raw'
import type { BookDoc, Doc, Docs, EntryDoc, Plan, PresenceDoc } from '../../src/sync/book'
import type { Credited, Piece, PlanRow, Share } from '../../src/sync/credit'
import type { Evidence } from '../../src/sync/evidence'
import type { Word } from '../../src/sync/errors'
import { parseOp, signingInput, withSignature, type Op, type Payload } from '../../src/sync/op'

export interface Signed {
  by: string
  jwk: { crv: string; kty: string; x: string; y: string }
  payload: Payload
  jws: string
  id: string
}
export interface Named {
  name: string
  jws: string
  word: Word | null
}
export interface Table {
  modules: Record<string, PlanRow>
  planned: number
  credited: number
  missing: Record<string, number>
}
type DocsJson = Record<string, Doc>
type Shares = Record<string, Share>

export const opCases = (JSON.parse(opText) as { cases: { kid: string; payload: Payload; input: string; id: string }[] }).cases

export const signCases = [pythonText, chromiumText].flatMap((text) => (JSON.parse(text) as { cases: Signed[] }).cases)

export const hostile = JSON.parse(hostileText) as { jwk: Signed['jwk']; cases: Named[]; seals: Named[] }

export const rules = JSON.parse(rulesText) as {
  states: Record<string, { docs: DocsJson; known: string[] }>
  cases: {
    state: string
    payload: Payload
    facts: { desk: boolean; accepted: string[]; refused: string[]; held: boolean }
    word: Word | null
  }[]
}

export const reduced = JSON.parse(reduceText) as {
  states: Record<string, { docs: DocsJson }>
  cases: { state: string; payload: Payload; changed: DocsJson }[]
}

export const credit = JSON.parse(creditText) as {
  plan: Plan
  day: {
    day: string
    first: string
    last: string
    docs: DocsJson
    shares: Shares
    minutes: number
    tenths: number
    modules: Record<string, [minutes: number, tenths: number]>
  }
  days: { name: string; day: string; pieces: Piece[]; plan: Plan; shares: Shares }[]
  seen: { name: string; docs: DocsJson; minutes: number; flags: string[] }[]
  year: {
    plan: Plan
    first: string
    last: string
    pieces: (Piece & { day: string })[]
    claimed: number
    lost: Record<string, number>
    table: Table
    tenths: number
  }
  plans: { name: string; plan: Plan; days: Credited[]; table: Table }[]
  covers: [from: number, to: number | null, start: number, end: number, covered: boolean][]
  tenths: [minutes: number, lesson: number, tenths: number][]
}

export const evidence = JSON.parse(evidenceText) as {
  cases: { name: string; entry: EntryDoc; book: BookDoc; presences: PresenceDoc[]; evidence: Evidence }[]
  days: [day: string, number: number][]
}

export const envelope = JSON.parse(envelopeText) as {
  digits: { bytes: string; digits: string }[]
  cut: { length: number; count: number; last: string | null; digest: string | null }[]
  read: { name: string; text: string; word: string | null }[]
  join: { name: string; texts: string[]; length: number | null; word: string | null }[]
}

export const docsOf = (docs: DocsJson): Docs => new Map(Object.entries(docs))

const KID = opCases[0]!.kid

export function opOf(payload: Payload): Op {
  const op = parseOp(withSignature(signingInput(KID, payload), new Uint8Array(64)))
  if ('word' in op) throw new Error(`a vector's op does not parse: ${op.word}`)
  return op
}
