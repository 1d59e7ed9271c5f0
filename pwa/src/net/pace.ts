/* How fast and how much: the state machine behind the loop. Pure: what happened and a chance in, the next step out. */
import type { RefusalWord } from '../sync/own'
import type { Outcome } from './door'
import { MOST_OPS } from './batch'

const FIRST_MS = 2_000
const LONGEST_MS = 5 * 60_000
const SOON_MS = 250

export interface Pace {
  /** How many ops the next exchange may carry. */
  most: number
  /** Failures in a row. */
  failures: number
  /** One op failed alone: the next exchange goes empty-handed, to learn whether it was the op or the server. */
  suspect: string | null
}

export interface Step {
  pace: Pace
  /** ms until the next try; null = nothing to hurry for. */
  wait_ms: number | null
  /** The op that alone made the server fail, and how. */
  blame: { id: string; word: RefusalWord } | null
}

export const START: Pace = { most: MOST_OPS, failures: 0, suspect: null }

/** Full jitter: anywhere between nothing and the doubled limit, so that a thousand phones do not return together. */
export function backOff(failures: number, chance: number): number {
  const limit = Math.min(FIRST_MS * 2 ** Math.max(0, failures - 1), LONGEST_MS)
  return Math.max(SOON_MS, Math.round(limit * chance))
}

interface Sent {
  ids: string[]
  /** Ops that have a verdict other than `retry`. */
  heard: number
  more: boolean
}

export function next(pace: Pace, outcome: Outcome<unknown>, sent: Sent, chance: number): Step {
  if (outcome.as === 'answer') return answered(pace, sent, chance)
  if (outcome.as === 'login') return { pace: { ...pace, failures: 0 }, wait_ms: null, blame: null }
  if (outcome.as === 'too_large') return tooLarge(pace, sent, chance)
  const failures = pace.failures + 1
  const wait_ms = backOff(failures, chance)
  if (outcome.as === 'later') return later(pace, failures, Math.max(outcome.wait_ms, wait_ms))
  if (outcome.as === 'no_network') return later(pace, failures, wait_ms)
  return failed({ ...pace, failures }, sent, wait_ms)
}

const later = (pace: Pace, failures: number, wait_ms: number): Step => ({
  pace: { ...pace, failures },
  wait_ms,
  blame: null,
})

function answered(pace: Pace, sent: Sent, chance: number): Step {
  // The server answers without the op and fails with it: it is the op.
  const blame: Step['blame'] = pace.suspect && sent.ids.length === 0 ? { id: pace.suspect, word: 'stuck' } : null
  const most = Math.min(MOST_OPS, pace.most * 2)
  const quiet = sent.ids.length > 0 && sent.heard === 0
  const failures = quiet ? pace.failures + 1 : 0
  const wait_ms = quiet ? backOff(failures, chance) : 0
  return { pace: { most: blame ? 1 : most, failures, suspect: null }, wait_ms, blame }
}

function tooLarge(pace: Pace, sent: Sent, chance: number): Step {
  const [only] = sent.ids
  const failures = pace.failures + 1
  if (sent.ids.length > 1) return { pace: { ...pace, most: Math.ceil(sent.ids.length / 2) }, wait_ms: 0, blame: null }
  const blame: Step['blame'] = only === undefined ? null : { id: only, word: 'too_large' }
  return { pace: { ...pace, failures }, wait_ms: backOff(failures, chance), blame }
}

/** The first failure may be anybody's. From the second on the batch is halved until one op is left alone. */
function failed(pace: Pace, sent: Sent, wait_ms: number): Step {
  const [only] = sent.ids
  if (sent.ids.length > 1 && pace.failures >= 2) {
    return { pace: { ...pace, most: Math.ceil(sent.ids.length / 2) }, wait_ms, blame: null }
  }
  const suspect = sent.ids.length === 1 && pace.failures >= 2 ? (only ?? null) : null
  return { pace: { ...pace, suspect }, wait_ms, blame: null }
}
