/* When to exchange. Woken by many things, never by hope alone: whatever happens, the next try is armed in `finally`. */
import { START, type Pace } from './pace'
import type { Round } from './exchange'

const IDLE_MS = 5 * 60_000
const WATCHDOG_MS = 60_000
const SOON_MS = 2_000
/** A server that says "more" for ever must not keep the radio on for ever. */
const MOST_ROUNDS = 500

type Failure = 'login' | 'no_network' | 'server' | 'later' | 'phone_full' | 'store_failed'

/** What the status line may say. `online` is what the last exchange showed, not what the browser believes. */
export interface LoopState {
  running: boolean
  online: boolean
  failure: Failure | null
  /** Of the ops of this run: those the server has answered for, and those it has not. */
  sent: number
  left: number
  synced_at: number | null
  /** When our server last answered anything. */
  contact_at: number | null
  reset: boolean
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
  /** Ops the server has not confirmed. */
  unsent: () => Promise<number>
  visible: () => boolean
  timers: Timers
}

export interface Loop {
  /** Try soon; 0 = now. A wake-up never makes the next try later than it was. */
  wake: (ms?: number) => void
  stop: () => void
  /** Somebody has seen that the server was restored or altered. */
  calm: () => void
  /** Something beside the exchange asked whether the server is there. */
  probed: (there: boolean) => void
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

/** Outcomes only our own server gives; a proxy in front of a dead one says "fault" and "later" as well. */
const HEARD = new Set<Round['outcome']>(['answer', 'login', 'refused', 'too_large', 'phone_full', 'store_failed'])

const FRESH: LoopState = {
  ...{ running: false, online: true, failure: null, sent: 0, left: 0 },
  ...{ synced_at: null, contact_at: null, reset: false },
}

const hung = (pace: Pace): Round => ({
  ...{ outcome: 'no_network', more: false, reset: [] },
  step: { pace: { ...pace, failures: pace.failures + 1 }, wait_ms: SOON_MS * 15, blame: null },
})

class Turning implements Loop {
  private readonly watchers = new Set<(state: LoopState) => void>()
  private now: LoopState
  private pace: Pace = START
  private timer: unknown = null
  /** When the next try is due; Infinity while none is armed. */
  private at = Infinity
  /** The server asked for peace until then. */
  private hold_until = 0
  private stopped = false
  private again = false
  private giveUp: AbortController | null = null

  constructor(
    private readonly engine: Engine,
    before: Partial<LoopState>,
  ) {
    this.now = { ...FRESH, ...before }
  }

  state(): LoopState {
    return this.now
  }

  wake(ms = 0): void {
    if (this.now.running) this.again = true
    else if (this.engine.timers.now() + ms < this.at) this.arm(ms)
  }

  probed(there: boolean): void {
    if (this.now.running) return
    // Both are news to the exchange: a server that came back is asked, one that went is tried again at its own pace.
    if (!there || !this.now.online) this.wake(there ? 0 : SOON_MS)
    this.tell(there ? { contact_at: this.engine.timers.now() } : { online: false, failure: 'no_network' })
  }

  stop(): void {
    this.stopped = true
    if (this.timer !== null) this.engine.timers.clear(this.timer)
    this.giveUp?.abort()
    this.watchers.clear()
  }

  calm(): void {
    this.tell({ reset: false })
  }

  watch(tell: (state: LoopState) => void): () => void {
    this.watchers.add(tell)
    tell(this.now)
    return () => this.watchers.delete(tell)
  }

  private tell(change: Partial<LoopState>): void {
    this.now = { ...this.now, ...change }
    for (const watcher of this.watchers) watcher(this.now)
  }

  private arm(ms: number): void {
    if (this.stopped) return
    const { timers } = this.engine
    if (this.timer !== null) timers.clear(this.timer)
    const wait = Math.max(ms, this.hold_until - timers.now())
    this.at = timers.now() + wait
    this.timer = timers.set(() => void this.fire(), wait)
  }

  private async fire(): Promise<void> {
    this.timer = null
    this.at = Infinity
    if (this.now.running) return
    let wait = IDLE_MS
    try {
      if (!this.engine.visible() && (await this.engine.due()) === 0) return
      wait = await this.run()
    } catch {
      this.tell({ failure: 'store_failed' })
      wait = SOON_MS * 15
    } finally {
      this.tell({ running: false, sent: 0 })
      this.arm(this.again ? Math.min(wait, SOON_MS) : wait)
      this.again = false
    }
  }

  /** Rounds until nothing is left or something fails; answers how long to wait then. */
  private async run(): Promise<number> {
    this.tell({ running: true })
    this.tell({ left: await this.engine.unsent() })
    for (let rounds = 0; rounds < MOST_ROUNDS; rounds += 1) {
      const round = await this.guarded()
      if (this.stopped) return IDLE_MS
      this.note(round, await this.engine.unsent())
      const { wait_ms } = round.step
      if (wait_ms === null) return IDLE_MS
      if (wait_ms > 0) return wait_ms
      if (!round.more && !this.pace.suspect && (await this.engine.due()) === 0) return this.settle()
    }
    return SOON_MS
  }

  private note(round: Round, left: number): void {
    this.pace = round.step.pace
    if (round.outcome === 'later') this.hold_until = this.engine.timers.now() + (round.step.wait_ms ?? 0)
    const failure = FAILURE[round.outcome]
    const contact_at = HEARD.has(round.outcome) ? this.engine.timers.now() : this.now.contact_at
    this.tell({
      ...{ contact_at, failure, online: failure !== 'no_network' },
      ...{ left, sent: this.now.sent + Math.max(0, this.now.left - left) },
      reset: this.now.reset || round.reset.length > 0,
    })
  }

  private async settle(): Promise<number> {
    const now = this.engine.timers.now()
    await this.engine.settled(now)
    this.tell({ synced_at: now })
    return IDLE_MS
  }

  /** A round that hangs is given up after a minute, outside its own promise: no fetch is trusted to end by itself. */
  private guarded(): Promise<Round> {
    const { timers, round } = this.engine
    const own = new AbortController()
    this.giveUp = own
    let dog: unknown
    const bites = new Promise<Round>((resolve) => {
      dog = timers.set(() => {
        own.abort()
        resolve(hung(this.pace))
      }, WATCHDOG_MS)
    })
    return Promise.race([round(this.pace, own.signal), bites]).finally(() => timers.clear(dog))
  }
}

export const createLoop = (engine: Engine, before: Partial<LoopState> = {}): Loop => new Turning(engine, before)
