/* What one phone tells another: signed operations as they will reach the server, byte for byte, and the certificate of the device
   that signed them. An operation's header and encoding follow from its device, so only its payload and its signature travel; whoever
   reads puts the same bytes together again. Whether a signature holds is device/'s work. */
import { fromBase64url, toBase64url } from './bytes/base64url'
import { MOST_INFLATED } from './envelope'
import { Refusal } from './errors'
import { header, takeApart, withSignature } from './op'
import { fromUtf8, toUtf8 } from './bytes/utf8'

const MOST_OPS = 100
const SHAPE = 1

export interface Bundle {
  certificate: string
  /** Whole JWS, in the order in which they were written. */
  ops: string[]
}

type Packed = [payload: string, signature: string]

/** The device a certificate speaks of, unbelieved. */
function deviceIn(certificate: string): string | null {
  const text = textIn(certificate.split('.')[1] ?? '')
  const body = text === null ? null : parsed(text)
  const device = typeof body === 'object' && body !== null && 'device' in body ? body.device : null
  return typeof device === 'string' ? device : null
}

function textIn(part: string): string | null {
  const raw = fromBase64url(part)
  return raw && fromUtf8(raw)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function packOne(jws: string, device: string | null): Packed | null {
  const sealed = takeApart(jws)
  if (sealed instanceof Refusal || sealed.kid !== device) return null
  const text = textIn(sealed.payload)
  return text === null ? null : [text, toBase64url(sealed.signature)]
}

/** Null when an op is another device's than the certificate's, or it is more than one transfer may hold. */
export function pack({ certificate, ops }: Bundle): Uint8Array | null {
  const device = deviceIn(certificate)
  const packed = ops.map((jws) => packOne(jws, device))
  if (!packed.length || packed.length > MOST_OPS || packed.includes(null)) return null
  const raw = toUtf8(JSON.stringify([SHAPE, certificate, packed]))
  return raw.length > MOST_INFLATED ? null : raw
}

/** What was packed, or why it cannot be read: newer (a later app made it) or damaged. Nothing in it is believed yet. */
export function unpack(raw: Uint8Array): Bundle | 'newer' | 'damaged' {
  const given = parsed(fromUtf8(raw) ?? '')
  if (!Array.isArray(given)) return 'damaged'
  const [shape, certificate, packed] = given as unknown[]
  if (Number.isInteger(shape) && (shape as number) > SHAPE) return 'newer'
  if (shape !== SHAPE || typeof certificate !== 'string' || !Array.isArray(packed)) return 'damaged'
  if (!packed.length || packed.length > MOST_OPS) return 'damaged'
  const device = deviceIn(certificate)
  const ops = packed.map((one) => wholeOp(one, device))
  return ops.every((jws) => jws !== null) ? { certificate, ops } : 'damaged'
}

function wholeOp(given: unknown, device: string | null): string | null {
  if (device === null || !Array.isArray(given) || given.length !== 2) return null
  const [payload, sealed] = given as unknown[]
  const signature = typeof sealed === 'string' ? fromBase64url(sealed) : null
  if (typeof payload !== 'string' || signature === null) return null
  const jws = withSignature(`${toBase64url(toUtf8(header(device, 'jj-op')))}.${toBase64url(toUtf8(payload))}`, signature)
  return takeApart(jws) instanceof Refusal ? null : jws
}
