import { describe, expect, it } from 'vitest'
import { fromBase64url, toBase64url } from '../../src/sync/bytes/base64url'
import { crc32 } from '../../src/sync/bytes/crc32'
import { cut, fromDigits, join, readFrame, toDigits, type Frame } from '../../src/sync/envelope'
import { sha256 } from '../../src/sync/bytes/sha256'
import { envelope } from './vectors'

const pattern = (length: number) => Uint8Array.from({ length }, (_, at) => (at * at * 31 + at * 7 + 3) % 251)
const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

describe('digits', () => {
  it.each(envelope.digits)('$digits', ({ bytes, digits }) => {
    const raw = fromBase64url(bytes)!
    expect(toDigits(raw)).toBe(digits)
    expect(fromDigits(digits)).toEqual(raw)
  })

  it('takes no text that it does not write', () => {
    for (const text of ['1', '12', '256', '999', '72057594037927936', '1234a', ' 12', '-12']) expect(fromDigits(text)).toBeNull()
  })
})

describe('frames', () => {
  it.each(envelope.cut)('$length bytes make $count', ({ length, count, last, digest }) => {
    const texts = cut(pattern(length), 1, 0xdeadbeef)
    expect(texts?.length ?? 0).toBe(count)
    expect(texts?.[count - 1] ?? null).toBe(last)
    expect(texts && toBase64url(sha256(ascii(texts.join(''))))).toBe(digest)
  })

  it.each(envelope.read)('reads one: $name', ({ text, word }) => {
    const frame = readFrame(text)
    expect(typeof frame === 'string' ? frame : null).toBe(word)
  })

  it.each(envelope.join)('joins them: $name', ({ texts, length, word }) => {
    const whole = join(texts.map((text) => readFrame(text) as Frame))
    if (whole instanceof Uint8Array) expect(whole).toEqual(pattern(length!))
    else expect([whole, null]).toEqual([word, length])
  })

  it('finds every digit that was read wrong', () => {
    const [text] = cut(pattern(60), 1, 7)!
    for (let at = 0; at < text!.length; at++) {
      const wrong = text!.slice(0, at) + ((Number(text![at]) + 1) % 10) + text!.slice(at + 1)
      expect(readFrame(wrong)).toBeTypeOf('string')
    }
  })
})

it('knows the check sum of 123456789', () => {
  expect(crc32(ascii('123456789'))).toBe(0xcbf43926)
})
