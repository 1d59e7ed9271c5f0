/* What fits into a QR code, twin of sync/envelope.py: frames with limits and check sums. Content is deflated before it is cut and
   inflated, bounded by MOST_INFLATED, after it is joined; both are device/'s work. */
import { crc32 } from './bytes/crc32'
import { sha256 } from './bytes/sha256'

const MAGIC = [0x4a, 0x4a, 0x31] as const
const CHUNK = 560
const MOST_FRAMES = 40
export const MOST_INFLATED = 32 * 1024
const DIGEST = 32
const HEAD = 10
const DIGITS = /^[0-9]{37,2000}$/
export const KINDS = { entries: 1, answer: 2, presence: 3, session: 4 } as const
const WIDTH = [0, 3, 5, 8, 10, 13, 15, 17] as const

/** One picture of a transfer. */
export interface Frame {
  kind: number
  transfer: number
  number: number
  count: number
  chunk: Uint8Array
}

export type Trouble = 'not_ours' | 'newer' | 'damaged' | 'mixed'

/** Seven bytes become seventeen digits: a numeric segment is as dense as Base45 and legal in a fragment. */
export function toDigits(raw: Uint8Array): string {
  let out = ''
  for (let at = 0; at < raw.length; at += 7) {
    const part = raw.subarray(at, at + 7)
    let number = 0n
    for (const byte of part) number = number * 256n + BigInt(byte)
    out += number.toString().padStart(WIDTH[part.length]!, '0')
  }
  return out
}

/** Null unless these digits are what toDigits writes. */
export function fromDigits(text: string): Uint8Array | null {
  const out: number[] = []
  for (let at = 0; at < text.length; at += 17) {
    const part = text.slice(at, at + 17)
    const length = WIDTH.indexOf(part.length as never)
    if (length < 1 || !/^[0-9]+$/.test(part)) return null
    let number = BigInt(part)
    if (number >= 256n ** BigInt(length)) return null
    const bytes: number[] = []
    for (let left = length; left > 0; left--, number /= 256n) bytes.unshift(Number(number % 256n))
    out.push(...bytes)
  }
  return Uint8Array.from(out)
}

function concat(parts: readonly ArrayLike<number>[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

const fourBytes = (number: number): number[] => [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255]

/** The texts (digits) of a transfer's frames, or null when it is more than they may hold. */
export function cut(deflated: Uint8Array, kind: number, transfer: number): string[] | null {
  const whole = concat([sha256(deflated), deflated])
  const count = Math.ceil(whole.length / CHUNK)
  if (count > MOST_FRAMES) return null
  return Array.from({ length: count }, (_, number) => {
    const head = [...MAGIC, kind, ...fourBytes(transfer), number, count]
    const body = concat([head, whole.subarray(number * CHUNK, (number + 1) * CHUNK)])
    return toDigits(concat([body, fourBytes(crc32(body))]))
  })
}

/** One frame out of its digits, or the word for what is wrong with it. */
export function readFrame(text: string): Frame | Trouble {
  const raw = DIGITS.test(text) ? fromDigits(text) : null
  if (raw === null || raw.length < HEAD + 5 || raw[0] !== MAGIC[0] || raw[1] !== MAGIC[1]) return 'not_ours'
  if (raw[2] !== MAGIC[2]) return 'newer'
  const body = raw.subarray(0, -4)
  const view = new DataView(raw.buffer)
  const number = body[8]!
  const count = body[9]!
  const whole = view.getUint32(raw.length - 4) === crc32(body)
  if (!whole || count === 0 || count > MOST_FRAMES || number >= count) return 'damaged'
  return { kind: body[3]!, transfer: view.getUint32(4), number, count, chunk: body.slice(HEAD) }
}

/** The deflated bytes of one transfer once every frame is there; null while some are missing; a word when they do not agree. */
export function join(frames: Iterable<Frame>): Uint8Array | Trouble | null {
  const all = [...frames]
  const [first] = all
  if (all.some((frame) => !belong(frame, first!))) return 'mixed'
  const byNumber = new Map<number, Uint8Array>()
  for (const frame of all) {
    const known = byNumber.get(frame.number)
    if (known !== undefined && !equal(known, frame.chunk)) return 'damaged'
    byNumber.set(frame.number, frame.chunk)
  }
  if (first === undefined || byNumber.size < first.count) return null
  const chunks = [...byNumber].sort(([a], [b]) => a - b).map(([, chunk]) => chunk)
  const whole = concat(chunks)
  const deflated = whole.slice(DIGEST)
  return equal(sha256(deflated), whole.subarray(0, DIGEST)) ? deflated : 'damaged'
}

const belong = (a: Frame, b: Frame): boolean => a.kind === b.kind && a.transfer === b.transfer && a.count === b.count

const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, at) => byte === b[at])
