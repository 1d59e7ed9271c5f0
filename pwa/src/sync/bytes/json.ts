/* Strict JSON, equal to read_json in sync/op.py: one object, whole numbers, no key twice, NFC text without lone surrogates,
   bounded depth. JSON.parse cannot tell a key given twice nor 1.0 from 1, so this reads for itself. */
import { fromUtf8 } from './utf8'

export type Json = null | boolean | number | string | Json[] | JsonObject
export interface JsonObject {
  [name: string]: Json
}

class Malformed extends Error {}

const NUMBER = /-?(?:0|[1-9][0-9]*)/y
const PLAIN = /[^"\\\u0000-\u001f]*/y
const SPACE = /[ \t\n\r]*/y
const HEX = /[0-9a-fA-F]{4}/y
// with the u flag a pair is one letter, so only a surrogate without its half is found
const LONE = /[\ud800-\udfff]/u
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'], ['\\', '\\'], ['/', '/'], ['b', '\b'], ['f', '\f'], ['n', '\n'], ['r', '\r'], ['t', '\t'],
])
const WORDS: readonly (readonly [string, Json])[] = [['true', true], ['false', false], ['null', null]]

/** Null for whatever no author of ours writes. */
export function readJson(raw: Uint8Array, depth: number): JsonObject | null {
  const text = fromUtf8(raw)
  if (text === null) return null
  try {
    const found = new Reader(text).readWhole(depth)
    const seen = text.includes('\\u') ? JSON.stringify(found) : text
    return seen.normalize('NFC') === seen ? found : null
  } catch (why) {
    if (why instanceof Malformed) return null
    throw why
  }
}

/** An assignment would take a key called __proto__ for more than a key. */
function keep(found: JsonObject, name: string, value: Json): void {
  if (name === '__proto__') Object.defineProperty(found, name, { value, enumerable: true, configurable: true, writable: true })
  else found[name] = value
}

class Reader {
  private at = 0

  constructor(private readonly text: string) {}

  readWhole(depth: number): JsonObject {
    this.take(SPACE)
    this.expect('{')
    const found = this.readObject(depth)
    this.take(SPACE)
    if (this.at < this.text.length) throw new Malformed('more')
    return found
  }

  private readAny(depth: number): Json {
    const first = this.text.charAt(this.at)
    if (first === '"') return this.readString()
    if (first === '{' || first === '[') {
      this.at++
      return first === '{' ? this.readObject(depth) : this.readList(depth)
    }
    for (const [word, meaning] of WORDS) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length
        return meaning
      }
    }
    return this.readNumber()
  }

  private readObject(depth: number): JsonObject {
    if (depth === 0) throw new Malformed('depth')
    const found: JsonObject = {}
    this.take(SPACE)
    if (this.skip('}')) return found
    do {
      this.take(SPACE)
      const name = this.readString()
      if (Object.prototype.hasOwnProperty.call(found, name)) throw new Malformed('duplicate key')
      this.take(SPACE)
      this.expect(':')
      this.take(SPACE)
      keep(found, name, this.readAny(depth - 1))
      this.take(SPACE)
    } while (this.skip(','))
    this.expect('}')
    return found
  }

  private readList(depth: number): Json[] {
    if (depth === 0) throw new Malformed('depth')
    const found: Json[] = []
    this.take(SPACE)
    if (this.skip(']')) return found
    do {
      this.take(SPACE)
      found.push(this.readAny(depth - 1))
      this.take(SPACE)
    } while (this.skip(','))
    this.expect(']')
    return found
  }

  private readNumber(): number {
    const digits = this.take(NUMBER)
    const number = Number(digits)
    const next = this.text.charAt(this.at)
    const whole = digits !== '' && next !== '.' && next !== 'e' && next !== 'E'
    if (!whole || !Number.isSafeInteger(number)) throw new Malformed('number')
    return number === 0 ? 0 : number
  }

  private readString(): string {
    this.expect('"')
    let found = this.take(PLAIN)
    while (!this.skip('"')) {
      this.expect('\\')
      found += this.readEscape() + this.take(PLAIN)
    }
    if (LONE.test(found)) throw new Malformed('surrogate')
    return found
  }

  private readEscape(): string {
    const letter = this.text.charAt(this.at++)
    if (letter !== 'u') {
      const meant = ESCAPES.get(letter)
      if (meant === undefined) throw new Malformed('escape')
      return meant
    }
    const hex = this.take(HEX)
    if (hex === '') throw new Malformed('escape')
    return String.fromCharCode(parseInt(hex, 16))
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0] ?? ''
    this.at += found.length
    return found
  }

  private skip(letter: string): boolean {
    if (this.text.charAt(this.at) !== letter) return false
    this.at++
    return true
  }

  private expect(letter: string): void {
    if (!this.skip(letter)) throw new Malformed(letter)
  }
}
