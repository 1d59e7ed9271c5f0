/* When to exchange. Woken by many things, never by hope alone: whatever happens, the next try is armed in `finally`. */
import { START, type Pace } from './pace'
import type { Round } from './exchange'

const IDLE_MS = 5 * 60_000
const WATCHDOG_MS = 60_000
const SOON_MS = 2_000
/** A server that says "more" for ever must not keep the radio on for ever. */
const MOST_ROUNDS = 500

export type Failure = 'login' | 'no_network' | 'server' | 'later' | 'phone_full' | 'store_failed'

/** What the status line may say. `online` is what the last exchange showed, not what the browser believes. */
export interface LoopState {
  running: boolean
  online: boolean
  failure: Failure | null
  sent: number
  synced_at: number | null
  reset: boolean
  update: boolean
}

export interface Timers {
  set: (work: () => void, ms: number) => unknown
  clear: (timer: unknown) => void
  now: () => number
}

export interface Engine {
  round: (pace: Pace, signal: AbortSignal) => Promise<Round>
  /** Called after a round that left nothing to do. */
  settled: (now: number) => Promise<void>
  due: () => Promise<number>
  visible: () => boolean
  timers: Timers
}

export interface Loop {
  /** Try soon; 0 = now. A wake-up never makes the next try later than it was. */
  wake: (ms?: number) => void
  stop: () => void
  state: () => LoopState
  watch: (tell: (state: LoopState) => void) => () => void
}

const FAILURE: Record<Round['outcome'], Failure | null> = {
  answer: null,
  login: 'login',
  no_network: 'no_network',
  later: 'later',
  fault: 'server',
  refused: 'server',
  too_large: null,
  phone_full: 'phone_full',
  store_failed: 'store_failed',
}

const FRESH: LoopState = {
  ...{ running: false, online: true, failure: null, sent: 0 },
  ...{ synced_at: null, reset: false, update: false },
}

const hung = (pace: Pace): Round => ({
  ...{ outcome: 'no_network', sent: 0, more: false, reset: [], update: false },
  step: { pace: { ...pace, failures: pace.failures + 1 }, wait_ms: SOON_MS * 15, blame: null },
})

export function createLoop(engine: Engine, before: Partial<LoopState> = {}): Loop {
  const { timers } = engine
  const watchers = new Set<(state: LoopState) => void>()
  let state: LoopState = { ...FRESH, ...before }
  let pace: Pace = START
  let timer: unknown = null
  let at = Infinity
  let hold_until = 0
  let stopped = false
  let again = false
  let stop: AbortController | null = null

  function tell(change: Partial<LoopState>) {
    state = { ...state, ...change }
    for (const watcher of watchers) watcher(state)
  }

  function arm(ms: number) {
    if (stopped) return
    if (timer !== null) timers.clear(timer)
    const wait = Math.max(ms, hold_until - timers.now())
    at = timers.now() + wait
    timer = timers.set(fire, wait)
  }

  async function fire() {
    timer = null
    at = Infinity
    if (state.running) return
    let wait = IDLE_MS
    try {
      if (!engine.visible() && (await engine.due()) === 0) return
      wait = await run()
    } catch {
      tell({ failure: 'store_failed' })
      wait = SOON_MS * 15
    } finally {
      tell({ running: false, sent: 0 })
      arm(again ? Math.min(wait, SOON_MS) : wait)
      again = false
    }
  }

  /** Rounds until nothing is left or something fails. A round that hangs is given up after a minute, outside its own promise. */
  async function run(): Promise<number> {
    tell({ running: true })
    let sent = 0
    for (let rounds = 0; rounds < MOST_ROUNDS; rounds += 1) {
      const round = await guarded()
      if (stopped) return IDLE_MS
      sent += round.sent
      pace = round.step.pace
      tell({ ...noted(round), sent })
      if (round.step.wait_ms === null) return IDLE_MS
      if (round.outcome === 'later') hold_until = timers.now() + round.step.wait_ms
      if (round.step.wait_ms > 0) return round.step.wait_ms
      if (!round.more && (await engine.due()) === 0 && !pace.suspect) {
        const now = timers.now()
        await engine.settled(now)
        tell({ synced_at: now })
        return IDLE_MS
      }
    }
    return SOON_MS
  }

  function noted(round: Round): Partial<LoopState> {
    const failure = FAILURE[round.outcome]
    const reset = state.reset || round.reset.length > 0
    return { failure, online: failure !== 'no_network', reset, update: state.update || round.update }
  }

  function guarded(): Promise<Round> {
    const own = new AbortController()
    stop = own
    let dog: unknown
    const bites = new Promise<Round>((resolve) => {
      dog = timers.set(() => {
        own.abort()
        resolve(hung(pace))
      }, WATCHDOG_MS)
    })
    return Promise.race([engine.round(pace, own.signal), bites]).finally(() => timers.clear(dog))
  }

  return {
    wake(ms = 0) {
      if (state.running) again = true
      else if (timers.now() + ms < at) arm(ms)
    },
    stop() {
      stopped = true
      if (timer !== null) timers.clear(timer)
      stop?.abort()
      watchers.clear()
    },
    state: () => state,
    watch(tellOne) {
      watchers.add(tellOne)
      tellOne(state)
      return () => watchers.delete(tellOne)
    },
  }
}
