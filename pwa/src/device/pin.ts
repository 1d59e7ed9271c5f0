/* The PIN that stands before signing on a shared phone. It keeps the next person's hands off; it is no secret from someone
   who can read the disk. Five wrong tries, then a wait that doubles; the wait survives a reload. */
import type { Bytes } from './bytes'

export interface Pin {
  salt: Uint8Array
  hash: Uint8Array
  rounds: number
  wrong: number
  wait_until: number
}

const ROUNDS = 210_000
const FREE_TRIES = 5
const FIRST_WAIT_MS = 30_000
const LONGEST_WAIT_MS = 15 * 60_000

async function stretch(pin: string, salt: Bytes, rounds: number): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveBits'])
  const bits = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds }, key, 256)
  return new Uint8Array(bits)
}

export const isPin = (pin: string): boolean => /^\d{4,12}$/.test(pin)

export async function makePin(pin: string): Promise<Pin> {
  const salt = crypto.getRandomValues(new Uint8Array(16))
  return { salt, hash: await stretch(pin, salt, ROUNDS), rounds: ROUNDS, wrong: 0, wait_until: 0 }
}

/** The pin with one more try counted; stored before the try is judged, so that tries side by side count each. */
export function charged(pin: Pin, now: number): Pin {
  const wrong = pin.wrong + 1
  if (wrong < FREE_TRIES) return { ...pin, wrong }
  const wait_ms = Math.min(FIRST_WAIT_MS * 2 ** (wrong - FREE_TRIES), LONGEST_WAIT_MS)
  return { ...pin, wrong, wait_until: now + wait_ms }
}

export async function isRight(pin: Pin, typed: string): Promise<boolean> {
  const hash = await stretch(typed, new Uint8Array(pin.salt), pin.rounds)
  let differs = hash.length ^ pin.hash.length
  for (const [i, byte] of hash.entries()) differs |= byte ^ (pin.hash[i] ?? 0)
  return differs === 0
}
