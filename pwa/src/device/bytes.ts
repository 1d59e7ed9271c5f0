/* Bytes as WebCrypto wants them, and chance. */
import { fromBase64url as decoded, toBase64url } from '../sync/bytes/base64url'

export { toBase64url }

export type Bytes = Uint8Array<ArrayBuffer>

export function fromBase64url(text: string): Bytes | null {
  const raw = decoded(text)
  return raw === null ? null : new Uint8Array(raw)
}

const BITE = 3 * 8192

/** Plain base64, as files and addresses have it. */
export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let from = 0; from < bytes.length; from += BITE) parts.push(btoa(String.fromCharCode(...bytes.subarray(from, from + BITE))))
  return parts.join('')
}

export const fromText = (text: string): Bytes => new TextEncoder().encode(text)

export const toText = (raw: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(raw)

/** base64url(SHA-256): how ops name a photo. */
export async function hashOf(bytes: Bytes): Promise<string> {
  return toBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}

export const chance = (bytes: number): string => toBase64url(crypto.getRandomValues(new Uint8Array(bytes)))

export const salt = (): string => chance(16)

/** A random UUID; crypto.randomUUID is younger than the phones we serve. */
export function uuid(): string {
  const raw = crypto.getRandomValues(new Uint8Array(16))
  raw[6] = ((raw[6] ?? 0) & 0x0f) | 0x40
  raw[8] = ((raw[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(raw, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
