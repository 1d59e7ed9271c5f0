/* Frames in any order, lost, repeated, of two transfers mixed, changed or made by an enemy: exactly the bytes that were shown, or a
   clear word, and never a screen that stands still. */
import { deflateSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { Collector, type Heard } from '../../src/actions/meet/collect'
import { deflate } from '../../src/device/deflate'
import { cut, KINDS, MOST_INFLATED, toDigits } from '../../src/sync/envelope'
import { NOW, ORIGIN, scan } from './cast'

/** Whole numbers below `most`, the same in every run. */
function chance(seed: number) {
  let state = seed >>> 0
  return (most: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * most)
  }
}

type Dice = ReturnType<typeof chance>

const bytes = (dice: Dice, length: number): Uint8Array => Uint8Array.from({ length }, () => (dice(3) ? dice(256) : 0x61))

function codes(raw: Uint8Array, transfer: number, kind: number = KINDS.entries): string[] {
  const texts = cut(deflate(raw), kind, transfer)
  if (!texts) throw new Error('too much')
  return texts.map((digits) => `${ORIGIN}/q#${digits}`)
}

function shuffled<T>(dice: Dice, list: readonly T[]): T[] {
  const out = [...list]
  for (let at = out.length - 1; at > 0; at -= 1) {
    const to = dice(at + 1)
    ;[out[at], out[to]] = [out[to]!, out[at]!]
  }
  return out
}

describe('frames become a transfer', () => {
  it.each(Array.from({ length: 60 }, (_, seed) => seed))('whatever becomes of them on the way (%i)', (seed) => {
    const dice = chance(seed)
    const sent = [bytes(dice, 1 + dice(9000)), bytes(dice, 1 + dice(3000))]
    const shown = sent.flatMap((raw, which) => codes(raw, 1000 + which))
    // Twice round, each time in another order, and every third picture is not read the first time.
    const seen = [...shuffled(dice, shown).filter(() => dice(3) > 0), ...shuffled(dice, shown), ...shuffled(dice, shown)]
    const collector = new Collector(ORIGIN)
    const heard = seen.map((text) => collector.hear(text, NOW))
    const whole = heard.filter((one): one is Heard & { as: 'whole' } => one.as === 'whole')
    expect(heard.every(({ as }) => as !== 'trouble')).toBe(true)
    for (const [which, raw] of sent.entries()) {
      const got = whole.filter(({ transfer }) => transfer === 1000 + which)
      expect(got.length).toBeGreaterThan(0)
      expect(got.every((one) => one.raw.join() === raw.join())).toBe(true)
    }
  })

  it('says how far it has come', () => {
    const texts = codes(bytes(chance(1), 3000), 7)
    const collector = new Collector(ORIGIN)
    expect(texts.length).toBeGreaterThan(3)
    expect(collector.hear(texts[2]!, NOW)).toEqual({ as: 'part', kind: 1, transfer: 7, have: 1, count: texts.length })
    expect(collector.hear(texts[2]!, NOW)).toMatchObject({ have: 1 })
    expect(collector.hear(texts[0]!, NOW)).toMatchObject({ have: 2 })
  })

  it('forgets what nobody went on showing', () => {
    const texts = codes(bytes(chance(2), 2000), 7)
    const collector = new Collector(ORIGIN)
    collector.hear(texts[0]!, NOW)
    expect(collector.hear(texts[1]!, NOW + 4 * 60_000)).toMatchObject({ have: 1 })
  })

  it('follows no more than four at once', () => {
    const collector = new Collector(ORIGIN)
    const many = Array.from({ length: 5 }, (_, n) => codes(bytes(chance(n), 2000), n))
    for (const texts of many) collector.hear(texts[0]!, NOW)
    expect(collector.hear(many[0]![1]!, NOW)).toMatchObject({ have: 1 })
    expect(collector.hear(many[4]![1]!, NOW)).toMatchObject({ have: 2 })
  })
})

describe('what is refused', () => {
  it.each([
    ['https://evil.example/q#017', 'foreign'],
    [`${ORIGIN}.evil.example/q#017`, 'foreign'],
    ['http://jiangji.example/q#017', 'foreign'],
    ['weixin://dl/business', 'foreign'],
    ['WIFI:S:x;;', 'foreign'],
    ['你好', 'not_ours'],
    [`${ORIGIN}/q#`, 'not_ours'],
    [`${ORIGIN}/q#${'0'.repeat(40)}`, 'not_ours'],
    [`${ORIGIN}/q#<img src=x onerror=alert(1)>`, 'not_ours'],
    [`${ORIGIN}/q#${'9'.repeat(5000)}`, 'not_ours'],
  ])('%s', (text, word) => expect(scan([text])).toEqual({ as: 'trouble', word }))

  it('a thousand codes by chance and a thousand with one digit changed, each in a moment', () => {
    const dice = chance(3)
    const good = codes(bytes(dice, 300), 9)
    const slow: number[] = []
    const hear = (text: string) => {
      const before = performance.now()
      const heard = scan([text])
      slow.push(performance.now() - before)
      return heard
    }
    for (let n = 0; n < 1000; n += 1) {
      const digits = Array.from({ length: 37 + dice(900) }, () => dice(10)).join('')
      expect(hear(`${ORIGIN}/q#${digits}`)).toMatchObject({ as: 'trouble' })
      const text = good[0]!
      const at = ORIGIN.length + 3 + dice(text.length - ORIGIN.length - 3)
      const other = String((Number(text[at]) + 1 + dice(9)) % 10)
      expect(hear(text.slice(0, at) + other + text.slice(at + 1))).toMatchObject({ as: 'trouble' })
    }
    slow.sort((a, b) => a - b)
    expect(slow[Math.floor(slow.length * 0.99)]).toBeLessThan(50)
  })

  it('a bomb, before it has gone off', () => {
    const bomb = deflateSync(new Uint8Array(16 * 1024 * 1024), { level: 9 })
    const texts = cut(bomb, KINDS.entries, 5)!.map((digits) => `${ORIGIN}/q#${digits}`)
    const before = performance.now()
    expect(scan(texts)).toEqual({ as: 'trouble', word: 'damaged' })
    expect(performance.now() - before).toBeLessThan(250)
  })

  it('one byte more than a transfer may hold', () => {
    expect(scan(codes(new Uint8Array(MOST_INFLATED), 1))).toMatchObject({ as: 'whole' })
    expect(scan(codes(new Uint8Array(MOST_INFLATED + 1), 1))).toEqual({ as: 'trouble', word: 'damaged' })
  })

  it('a stream that is not whole', () => {
    const half = deflate(bytes(chance(4), 500)).slice(0, -5)
    const texts = cut(half, KINDS.entries, 5)!.map((digits) => `${ORIGIN}/q#${digits}`)
    expect(scan(texts)).toEqual({ as: 'trouble', word: 'damaged' })
  })

  it('a code of a later app is called newer', () => {
    const digits = cut(deflate(bytes(chance(5), 50)), KINDS.entries, 5)![0]!
    expect(digits).toBeTruthy()
    const later = toDigits(Uint8Array.from([0x4a, 0x4a, 0x32, ...new Array<number>(40).fill(1)]))
    expect(scan([`${ORIGIN}/q#${later}`])).toEqual({ as: 'trouble', word: 'newer' })
  })
})
