/* The device's key pair: made here, never exported, kept beside the ops. Where it is kept is the caller's (`Keyring`). */
import { signingInput, withSignature } from '../sync/op'
import { fromBase64url, fromText, toBase64url, type Bytes } from './bytes'

export interface PublicJwk {
  crv: string
  kty: string
  x: string
  y: string
}

export interface DeviceKey {
  name: 'device'
  id: string
  pair: CryptoKeyPair
  jwk: PublicJwk
  certificate: string | null
  count: number
}

/** Where the key is kept; db/keys.ts is one. */
export interface Keyring {
  load(): Promise<DeviceKey | undefined>
  save(key: DeviceKey): Promise<void>
}

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' }
const ES256 = { name: 'ECDSA', hash: 'SHA-256' }

/** RFC 7638: the SHA-256 of the required members in lexicographic order, without white space. */
export async function thumbprint(jwk: PublicJwk): Promise<string> {
  const { crv, kty, x, y } = jwk
  const digest = await crypto.subtle.digest('SHA-256', fromText(JSON.stringify({ crv, kty, x, y })))
  return toBase64url(new Uint8Array(digest))
}

export async function makeKey(): Promise<DeviceKey> {
  const pair = await crypto.subtle.generateKey(CURVE, false, ['sign', 'verify'])
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  const jwk = { crv: 'P-256', kty: 'EC', x, y }
  return { name: 'device', id: await thumbprint(jwk), pair, jwk, certificate: null, count: 0 }
}

/** Raw r followed by s, 64 bytes: what WebCrypto gives and JWS wants. */
export async function sign(key: DeviceKey, input: string): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign(ES256, key.pair.privateKey, fromText(input)))
}

export async function holds(jwk: PublicJwk, input: string, signature: Bytes): Promise<boolean> {
  if (signature.length !== 64) return false
  const { crv, kty, x, y } = jwk
  const key = await crypto.subtle.importKey('jwk', { crv, kty, x, y }, CURVE, false, ['verify'])
  return crypto.subtle.verify(ES256, key, signature, fromText(input))
}

const PROBE = 'jiangji: can this phone keep a key?'

/** Store, read back, sign with what came back. Lockdown and private modes fail here, and only here may they fail. */
export async function enrolKey(ring: Keyring): Promise<DeviceKey | null> {
  try {
    const known = await ring.load()
    if (!known) await ring.save(await makeKey())
    const back = await ring.load()
    if (!back) return null
    return (await holds(back.jwk, PROBE, await sign(back, PROBE))) ? back : null
  } catch {
    return null
  }
}

/** The proof of possession that enrols a device for a login. */
export async function enrolmentProof(key: DeviceKey, login: string, at: number): Promise<string> {
  const input = signingInput(key.id, { v: 1, by: login, jwk: key.jwk, at }, 'jj-enrol')
  return withSignature(input, await sign(key, input))
}

export const splitJws = (jws: string): { input: string; parts: Bytes[] } | null => {
  const texts = jws.split('.')
  const parts = texts.map(fromBase64url).filter((part) => part !== null)
  if (texts.length !== 3 || parts.length !== 3) return null
  return { input: `${texts[0]}.${texts[1]}`, parts }
}
