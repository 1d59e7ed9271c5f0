/* Base64url without padding; there is exactly one text for every run of bytes. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const VALUE = new Int8Array(128).fill(-1)
for (let at = 0; at < 64; at++) VALUE[ALPHABET.charCodeAt(at)] = at

export function toBase64url(raw: Uint8Array): string {
  let out = ''
  for (let at = 0; at < raw.length; at += 3) {
    const left = raw.length - at
    const three = (raw[at]! << 16) | ((raw[at + 1] ?? 0) << 8) | (raw[at + 2] ?? 0)
    out += ALPHABET.charAt(three >> 18) + ALPHABET.charAt((three >> 12) & 63)
    if (left > 1) out += ALPHABET.charAt((three >> 6) & 63)
    if (left > 2) out += ALPHABET.charAt(three & 63)
  }
  return out
}

/** Null unless the text is what toBase64url writes. */
export function fromBase64url(text: string): Uint8Array | null {
  if (text.length % 4 === 1) return null
  const out = new Uint8Array((text.length * 3) >> 2)
  let bits = 0
  let held = 0
  let to = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const value = code < 128 ? VALUE[code]! : -1
    if (value < 0) return null
    bits = ((bits << 6) | value) & 0xffff
    held += 6
    if (held >= 8) {
      held -= 8
      out[to++] = (bits >> held) & 0xff
    }
  }
  return (bits & ((1 << held) - 1)) === 0 ? out : null
}
