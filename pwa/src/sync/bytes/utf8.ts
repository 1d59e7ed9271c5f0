/* Text to UTF-8 and back, strictly: bytes that are not UTF-8 are null, never replacement characters. */

const LEAD = [0, 0xc0, 0xe0, 0xf0] as const
const LEAST = [0, 0x80, 0x800, 0x10000] as const

/** A lone surrogate becomes U+FFFD, as everywhere on the web; whoever signs refuses it before. */
export function toUtf8(text: string): Uint8Array {
  const out = new Uint8Array(text.length * 3)
  let to = 0
  for (const letter of text) {
    const given = letter.codePointAt(0)!
    const code = given >= 0xd800 && given <= 0xdfff ? 0xfffd : given
    if (code < 0x80) {
      out[to++] = code
      continue
    }
    const more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3
    out[to++] = LEAD[more] | (code >> (6 * more))
    for (let left = more - 1; left >= 0; left--) out[to++] = 0x80 | ((code >> (6 * left)) & 0x3f)
  }
  return out.slice(0, to)
}

export function fromUtf8(raw: Uint8Array): string | null {
  let text = ''
  for (let at = 0; at < raw.length; ) {
    const first = raw[at]!
    const more = first < 0x80 ? 0 : tail(first)
    if (more === null || at + more >= raw.length) return null
    const code = point(raw, at, more)
    if (code === null) return null
    text += String.fromCodePoint(code)
    at += more + 1
  }
  return text
}

/** How many bytes follow this first one. */
function tail(first: number): 1 | 2 | 3 | null {
  if (first >= 0xc2 && first < 0xe0) return 1
  if (first >= 0xe0 && first < 0xf0) return 2
  return first >= 0xf0 && first < 0xf5 ? 3 : null
}

function point(raw: Uint8Array, at: number, more: 0 | 1 | 2 | 3): number | null {
  let code = more === 0 ? raw[at]! : raw[at]! & (0x3f >> more)
  for (let next = at + 1; next <= at + more; next++) {
    const byte = raw[next]!
    if ((byte & 0xc0) !== 0x80) return null
    code = (code << 6) | (byte & 0x3f)
  }
  const surrogate = code >= 0xd800 && code <= 0xdfff
  return code < LEAST[more] || code > 0x10ffff || surrogate ? null : code
}

/** The length of a text as both twins count it: in code points. */
export function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}
