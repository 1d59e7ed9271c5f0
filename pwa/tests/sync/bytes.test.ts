import { describe, expect, it } from 'vitest'
import { fromBase64url, toBase64url } from '../../src/sync/bytes/base64url'
import { START, link } from '../../src/sync/chain'
import { readJson } from '../../src/sync/bytes/json'
import { sha256 } from '../../src/sync/bytes/sha256'
import { codePoints, fromUtf8, toUtf8 } from '../../src/sync/bytes/utf8'

const bytes = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 31 + length) & 255)

describe('sha256', () => {
  it('agrees with WebCrypto at every length around its blocks', async () => {
    for (let length = 0; length < 260; length++) {
      const raw = bytes(length)
      expect(sha256(raw)).toEqual(new Uint8Array(await crypto.subtle.digest('SHA-256', raw)))
    }
  })
})

describe('utf8', () => {
  it('writes every code point as the web does, and reads it back', () => {
    for (let code = 0; code <= 0x10ffff; code += code < 0x900 ? 1 : 97) {
      if (code >= 0xd800 && code <= 0xdfff) continue
      const text = String.fromCodePoint(code)
      const raw = toUtf8(text)
      expect(raw).toEqual(new Uint8Array(new TextEncoder().encode(text)))
      expect(fromUtf8(raw)).toBe(text)
    }
  })

  it('refuses exactly the two bytes the web refuses', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    const known = (raw: Uint8Array<ArrayBuffer>) => {
      try {
        return strict.decode(raw)
      } catch {
        return null
      }
    }
    for (let at = 0; at < 65536; at++) {
      const raw = Uint8Array.of(at >> 8, at & 255)
      if (fromUtf8(raw) !== known(raw)) expect.fail(`bytes ${raw.join(' ')}`)
    }
    for (const raw of [[0xe0, 0x9f, 0x80], [0xed, 0xa0, 0x80], [0xf0, 0x8f, 0x80, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe7, 0xac]]) {
      expect(fromUtf8(Uint8Array.from(raw))).toBeNull()
    }
  })

  it('counts what people would call signs of the text, not halves of them', () => {
    expect([codePoints('🔧'), codePoints('a🔧\ud83d'), codePoints('')]).toEqual([1, 3, 0])
  })
})

describe('base64url', () => {
  it('has one text for any bytes', () => {
    for (let length = 0; length < 70; length++) {
      const text = toBase64url(bytes(length))
      expect(text).toMatch(/^[A-Za-z0-9_-]*$/)
      expect(fromBase64url(text)).toEqual(bytes(length))
    }
    for (const text of ['A', 'AB', 'AAB', 'AA==', 'A+', 'A/', 'Aé', 'AA\n', ' AA', 'AAAAA']) expect(fromBase64url(text)).toBeNull()
  })
})

describe('chain', () => {
  it('is the digest of what was before and what came', () => {
    const first = link(START, toBase64url(bytes(32)))
    const both = new Uint8Array(64)
    both.set(bytes(32), 32)
    expect(first).toBe(toBase64url(sha256(both)))
    expect(link('', START)).toBeNull()
    expect(link(START, 'AAAA')).toBeNull()
  })
})

describe('strict JSON', () => {
  it('keeps a key called __proto__ a key', () => {
    const found = readJson(toUtf8('{"__proto__":{"polluted":1},"constructor":2}'), 6)!
    expect(Object.keys(found)).toEqual(['__proto__', 'constructor'])
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  it('gives what JSON.parse gives where it takes a text', () => {
    const text = ' {"a" : [1, -2,0 , true,false,null,"\\u00e9\\n\\ud83d\\udd27"] , "b":{"c":{}} } '
    expect(JSON.stringify(readJson(toUtf8(text), 6))).toBe(JSON.stringify(JSON.parse(text)))
    expect(Object.is(readJson(toUtf8('{"a":-0}'), 6)!.a, 0)).toBe(true)
  })

  it('counts depth from the outermost object', () => {
    expect(readJson(toUtf8('{"a":[{}]}'), 3)).not.toBeNull()
    expect(readJson(toUtf8('{"a":[{}]}'), 2)).toBeNull()
  })
})
