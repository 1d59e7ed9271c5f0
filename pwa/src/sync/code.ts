/* The code on a base's kiosk: half a minute at one session, signed by the kiosk. What of it counts is in the signed part, so that it
   can be shown years later; what a phone without the base's book wants to know of the session travels in it as well. */
import { fromBase64url, toBase64url } from './bytes/base64url'
import { sha256 } from './bytes/sha256'
import { codePoints, fromUtf8, toUtf8 } from './bytes/utf8'
import { readJson, type JsonObject } from './bytes/json'
import { isRefusal } from './errors'
import { PARAMS } from './evidence'
import { isId, isWhole, KINDS } from './kinds'
import { header, signingInput, takeApart, withSignature } from './op'

export const TURN_MS = PARAMS.window_seconds * 1000
const TOLERANCE_MS = PARAMS.code_seconds * 1000
/** An operation takes no longer code. */
export const MOST_CODE = 1000
const MOST_NAME = 30
const SHAPE = 1
const DEPTH = 2

/** What a kiosk says. */
export interface Code {
  base: string
  session: string
  /** Which half minute since 1970; `window` in what is signed. */
  turn: number
  /** How the base is called. */
  name: string
  module: string | null
  workstation: string | null
}

/** A code with the certificate of the device that signed it. */
export interface Shown {
  certificate: string
  code: string
}

export const turnOf = (now: number): number => Math.floor(now / TURN_MS)

/** How far this moment lies from the half minute in which the code was on the screen; 0 within it. */
export function awayFrom({ turn }: Pick<Code, 'turn'>, now: number): number {
  const begin = turn * TURN_MS
  return now < begin ? begin - now : Math.max(0, now - begin - TURN_MS)
}

/** As the server will judge it: was it on the screen when this phone says it is? */
export const isInTime = (code: Pick<Code, 'turn'>, now: number): boolean => awayFrom(code, now) <= TOLERANCE_MS

const shortened = (text: string, most: number): string => [...text].slice(0, most).join('')

/** The text to be signed by the kiosk's key. */
export function codeInput(kid: string, { base, session, turn, name, module, workstation }: Code, nonce: string): string {
  const told = { ...(module === null ? {} : { module }), ...(workstation === null ? {} : { workstation }) }
  return signingInput(kid, { v: 1, base, session, window: turn, nonce, name: shortened(name.normalize('NFC'), MOST_NAME), ...told }, 'jj-code')
}

/** What a code says, unbelieved; null when it is none. */
export function readCode(jws: unknown): Code | null {
  const sealed = typeof jws === 'string' && jws.length <= MOST_CODE ? takeApart(jws, 'jj-code') : null
  if (sealed === null || isRefusal(sealed)) return null
  const raw = fromBase64url(sealed.payload)
  const given = raw && readJson(raw, DEPTH)
  return given ? codeIn(given) : null
}

function codeIn({ v, base, session, window: turn, name, module = null, workstation = null }: JsonObject): Code | null {
  if (v !== 1 || !isId('uuid', base) || !isId('uuid', session) || !isWhole(turn) || turn < 0) return null
  if (!isName(name, MOST_NAME) || !(module === null || isId('id', module)) || !(workstation === null || isWorkstation(workstation))) return null
  return { base, session, turn, name, module, workstation }
}

const isName = (given: unknown, most: number): given is string => typeof given === 'string' && given !== '' && codePoints(given) <= most

const WORKSTATION = KINDS.get('presence.checked_in')!.fields.find(([name]) => name === 'workstation')![1]

const isWorkstation = (given: unknown): given is string => WORKSTATION(given)

// --- on its way ----------------------------------------------------------------------------------------------------

/** What stands in every code, a sign for each: it must fit into one picture. No payload of ours has such a sign in it. */
const OFTEN = [
  '{"v":1,"person":"', '","name":"', '","device":"', '","jwk":{"crv":"P-256","kty":"EC","x":"', '","y":"', '"},"roles":["kiosk"],"issued":', ',"expires":',
  '{"v":1,"base":"', '","session":"', '","window":', ',"nonce":"', '","module":"', '","workstation":"',
].map((text, at) => [text, String.fromCharCode(at < 9 ? at + 1 : at + 2)] as const)
const RARE = /[\x00-\x1f]/

const KEY = '","jwk":\\{"crv":"P-256","kty":"EC","x":"([\\w-]{43})","y":"([\\w-]{43})"\\}'
const NAMED = new RegExp(`"device":"([\\w-]{43})(${KEY})`)
const NAMELESS = new RegExp(`"device":"(${KEY})`)

/** RFC 7638: a device is called by its key, so its name need not travel beside that. */
const nameOf = (x: string, y: string): string => toBase64url(sha256(toUtf8(`{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`)))

function shorten(text: string): string {
  const [, name, , x = '', y = ''] = NAMED.exec(text) ?? []
  const nameless = name === nameOf(x, y) ? text.replace(NAMED, '"device":"$2') : text
  return OFTEN.reduce((left, [often, sign]) => left.replaceAll(often, sign), nameless)
}

function lengthen(text: string): string {
  const whole = OFTEN.reduce((left, [often, sign]) => left.replaceAll(sign, often), text)
  return whole.replace(NAMELESS, (_, key: string, x: string, y: string) => `"device":"${nameOf(x, y)}${key}`)
}

/** One line each: payloads as they were written, signatures in base64url. Headers follow from whose they are. */
export function packCode({ certificate, code }: Shown): Uint8Array | null {
  const lines = [certificate, code].flatMap((jws) => {
    const [, payload = '', signature = ''] = jws.split('.')
    const raw = fromBase64url(payload)
    const text = raw && fromUtf8(raw)
    return text && !RARE.test(text) ? [shorten(text), signature] : []
  })
  return lines.length === 4 ? toUtf8([SHAPE, ...lines].join('\n')) : null
}

/** Put together again for `server`, the key this phone knows; newer: a later app made it. Nothing in it is believed yet. */
export function unpackCode(raw: Uint8Array, server: string): Shown | 'newer' | 'damaged' {
  const [shape = '', ...lines] = (fromUtf8(raw) ?? '').split('\n')
  if (/^\d{1,6}$/.test(shape) && Number(shape) > SHAPE) return 'newer'
  const [vouched, vouching, said, saying] = lines
  if (shape !== String(SHAPE) || lines.length !== 4 || !vouched || !vouching || !said || !saying) return 'damaged'
  const device = deviceIn(lengthen(vouched))
  const certificate = put(server, 'jj-cert', lengthen(vouched), vouching)
  const code = device === null ? null : put(device, 'jj-code', lengthen(said), saying)
  return certificate !== null && code !== null ? { certificate, code } : 'damaged'
}

function deviceIn(payload: string): string | null {
  const device = readJson(toUtf8(payload), 4)?.device
  return isId('hash', device) ? device : null
}

function put(kid: string, typ: 'jj-cert' | 'jj-code', payload: string, signature: string): string | null {
  const raw = fromBase64url(signature)
  return raw?.length === 64 ? withSignature(`${toBase64url(toUtf8(header(kid, typ)))}.${toBase64url(toUtf8(payload))}`, raw) : null
}
