/* What a signed operation is, twin of sync/op.py: read what came in, write what goes out. Whether its signature holds is device/'s
   work, whether it may be is rules'. */
import { fromBase64url, toBase64url } from './bytes/base64url'
import { Refusal } from './errors'
import { readJson, type JsonObject } from './bytes/json'
import { LIMITS, fieldsOf, isId, isWhole, type Fields } from './kinds'
import { sha256 } from './bytes/sha256'
import { codePoints, fromUtf8, toUtf8 } from './bytes/utf8'

const SHAPE = /^([A-Za-z0-9_-]{16,200})\.([A-Za-z0-9_-]{2,})\.([A-Za-z0-9_-]{86})$/
const KIND = /^[a-z_]{1,40}\.[a-z_]{1,40}$/
const SALT = /^[A-Za-z0-9_-]{21}[AQgw]$/
const MOST = Math.floor((LIMITS.op_bytes * 4) / 3) + 300
const FIELDS = ['v', 'book', 'kind', 'body', 'doc', 'of', 'deps', 'by', 'count', 'at', 'seen', 'salt']

export type Typ = 'jj-op' | 'jj-cert' | 'jj-enrol' | 'jj-code'

/** What an author signs, in this order. */
export interface Payload {
  v: 1
  book: string
  kind: string
  body: Record<string, unknown>
  doc: string
  of: string | null
  deps: string[]
  by: string
  count: number
  at: number
  seen: number
  salt: string
}

/** A JWS taken apart but not yet believed. `signed` is ASCII. */
export interface Sealed {
  id: string
  kid: string
  jws: string
  signed: string
  payload: string
  signature: Uint8Array
}

/** A fact of the trade. `fields` are the body's known fields, null where they are wrong or the kind is unknown. */
export interface Op {
  id: string
  kid: string
  jws: string
  book: string
  kind: string
  fields: Fields | null
  doc: string
  of: string | null
  deps: readonly string[]
  by: string
  count: number
  at: number
  seen: number
}

/** The whole of a header; nothing else may stand in one. */
export const header = (kid: string, typ: Typ): string => `{"alg":"ES256","kid":"${kid}","typ":"${typ}"}`

/** Split a JWS and read its header, which must be exactly ours. Whoever has just made it may know its id. */
export function takeApart(jws: unknown, typ: Typ = 'jj-op', id?: string): Sealed | Refusal {
  if (typeof jws !== 'string') return new Refusal('malformed')
  if (jws.length > MOST && codePoints(jws) > MOST) return new Refusal('too_large')
  const parts = SHAPE.exec(jws)
  if (parts === null) return new Refusal('malformed')
  const [, head, payload, sealed] = parts as unknown as [string, string, string, string]
  const kid = kidOf(head, typ)
  const signature = fromBase64url(sealed)
  if (kid === null || signature === null) return new Refusal('malformed')
  const signed = `${head}.${payload}`
  return { id: id ?? opId(signed), kid, jws, signed, payload, signature }
}

function kidOf(head: string, typ: Typ): string | null {
  const raw = fromBase64url(head)
  const text = raw && fromUtf8(raw)
  const kid = text?.slice(22, 65)
  return isId('hash', kid) && text === header(kid, typ) ? kid : null
}

/** The operation in a sealed JWS; whether its signature holds is for the caller to know. */
export function read(sealed: Sealed): Op | Refusal {
  const raw = fromBase64url(sealed.payload)
  if (raw === null) return new Refusal('malformed')
  if (raw.length > LIMITS.op_bytes) return new Refusal('too_large')
  const given = readJson(raw, LIMITS.depth)
  if (given === null) return new Refusal('malformed')
  if (isWhole(given.v) && given.v > 1) return new Refusal('newer_version')
  if (!frameHolds(given)) return new Refusal('malformed')
  const { book, kind, body, doc, of, deps, by, count, at, seen } = given
  const { id, kid, jws } = sealed
  return { id, kid, jws, book, kind, fields: fieldsOf(kind, body), doc, of, deps, by, count, at, seen }
}

/** takeApart and read; the signature is not verified here. */
export function parseOp(jws: string, id?: string): Op | Refusal {
  const sealed = takeApart(jws, 'jj-op', id)
  return sealed instanceof Refusal ? sealed : read(sealed)
}

function frameHolds(given: object): given is Payload {
  const { v, book, kind, body, doc, of, deps, by, count, at, seen, salt } = given as JsonObject
  return (
    FIELDS.every((name) => name in given) && v === 1 &&
    [book, doc, by].every((id) => isId('uuid', id)) &&
    [count, at, seen].every((number) => isWhole(number) && number >= 0) &&
    typeof kind === 'string' && KIND.test(kind) &&
    typeof salt === 'string' && SALT.test(salt) &&
    typeof body === 'object' && body !== null && !Array.isArray(body) &&
    (of === null || isId('hash', of)) &&
    Array.isArray(deps) && deps.length <= LIMITS.deps &&
    deps.every((dep) => isId('hash', dep)) && new Set(deps).size === deps.length
  )
}

/** The text to sign (ASCII): header and payload as they will travel. */
export function signingInput(kid: string, payload: object, typ: Typ = 'jj-op'): string {
  return `${toBase64url(toUtf8(header(kid, typ)))}.${toBase64url(toUtf8(JSON.stringify(payload)))}`
}

export const withSignature = (input: string, sig: Uint8Array): string => `${input}.${toBase64url(sig)}`

/** Identity, version and digest in one; the signature is no part of it. */
export const opId = (input: string): string => toBase64url(sha256(toUtf8(input)))
