/* SHA-256, synchronous: an op's id is needed inside the reducer and inside database transactions, where nothing may be awaited. */

const K = new Int32Array(64)
const FIRST = new Int32Array(8)
const W = new Int32Array(64)

/** The first 32 bits of the fraction of a root of each of the first primes (FIPS 180-4 §4.2.2, §5.3.3). */
function prepare(): void {
  const fraction = (root: number) => ((root - Math.floor(root)) * 0x100000000) | 0
  let found = 0
  for (let number = 2; found < 64; number++) {
    let divisor = 2
    while (divisor * divisor <= number && number % divisor !== 0) divisor++
    if (divisor * divisor <= number) continue
    if (found < 8) FIRST[found] = fraction(Math.sqrt(number))
    K[found++] = fraction(Math.cbrt(number))
  }
}
prepare()

export function sha256(raw: Uint8Array): Uint8Array {
  const state = FIRST.slice()
  const whole = raw.length - (raw.length % 64)
  for (let at = 0; at < whole; at += 64) mix(state, raw, at)
  const end = last(raw, whole)
  for (let at = 0; at < end.length; at += 64) mix(state, end, at)
  const out = new Uint8Array(32)
  for (let at = 0; at < 32; at++) out[at] = state[at >> 2]! >>> (24 - 8 * (at & 3))
  return out
}

/** What is left of the message, the 1 bit, zeros and the length: one block or two. */
function last(raw: Uint8Array, whole: number): Uint8Array {
  const left = raw.length - whole
  const end = new Uint8Array(left < 56 ? 64 : 128)
  end.set(raw.subarray(whole))
  end[left] = 0x80
  const view = new DataView(end.buffer)
  view.setUint32(end.length - 8, Math.floor(raw.length / 0x20000000))
  view.setUint32(end.length - 4, raw.length << 3)
  return end
}

function schedule(block: Uint8Array, at: number): void {
  for (let i = 0, from = at; i < 16; i++, from += 4) {
    W[i] = (block[from]! << 24) | (block[from + 1]! << 16) | (block[from + 2]! << 8) | block[from + 3]!
  }
  for (let i = 16; i < 64; i++) {
    const x = W[i - 15]!
    const y = W[i - 2]!
    const low = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
    const high = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
    W[i] = (W[i - 16]! + low + W[i - 7]! + high) | 0
  }
}

function mix(state: Int32Array, block: Uint8Array, at: number): void {
  schedule(block, at)
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number]
  for (let i = 0; i < 64; i++) {
    const high = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const one = (h + high + ((e & f) ^ (~e & g)) + K[i]! + W[i]!) | 0
    const low = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const two = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + one) | 0
    d = c
    c = b
    b = a
    a = (one + two) | 0
  }
  state[0] = state[0]! + a
  state[1] = state[1]! + b
  state[2] = state[2]! + c
  state[3] = state[3]! + d
  state[4] = state[4]! + e
  state[5] = state[5]! + f
  state[6] = state[6]! + g
  state[7] = state[7]! + h
}
