import { describe, expect, it } from 'vitest'
import { createLoop, type Engine, type LoopState } from '../../src/net/loop'
import type { Round } from '../../src/net/exchange'
import { backOff, START } from '../../src/net/pace'
import { Clock } from '../clock'

const round = (outcome: Round['outcome'], wait_ms: number | null, change: Partial<Round> = {}): Round => ({
  ...{ outcome, more: false, reset: [] },
  step: { pace: START, wait_ms, blame: null },
  ...change,
})

function loopWith(rounds: () => Promise<Round> | Round, change: Partial<Engine> = {}) {
  const clock = new Clock()
  const settled: number[] = []
  const engine: Engine = {
    round: async () => rounds(),
    settled: async (now) => void settled.push(now),
    due: async () => 0,
    unsent: async () => 0,
    visible: () => true,
    timers: clock,
    ...change,
  }
  return { clock, settled, loop: createLoop(engine) }
}

describe('the loop', () => {
  it('says synced only after a round that left nothing', async () => {
    let due = 2
    const { clock, loop, settled } = loopWith(
      () => {
        due -= 1
        return round('answer', 0)
      },
      { due: async () => due, unsent: async () => due },
    )
    const seen: LoopState[] = []
    loop.watch((state) => seen.push(state))
    loop.wake()
    await clock.pass(10)
    expect(settled).toEqual([0])
    expect(loop.state().synced_at).toBe(0)
    expect(seen.filter((state) => state.running).map((state) => state.sent)).toContain(1)
    expect(loop.state()).toMatchObject({ running: false, online: true, failure: null })
  })

  it('counts what it sends by what is left, and what comes in between as left', async () => {
    const left = [3, 1, 2, 0]
    let due = 3
    const { clock, loop } = loopWith(() => round('answer', 0), { due: async () => (due -= 1), unsent: async () => left.shift() ?? 0 })
    const seen: string[] = []
    loop.watch(({ running, sent, left: rest }) => running && seen.push(`${sent}/${sent + rest}`))
    loop.wake()
    await clock.pass(10)
    expect([...new Set(seen)]).toEqual(['0/0', '0/3', '2/3', '2/4', '4/4'])
  })

  it.each(['no_network', 'fault', 'login', 'later', 'store_failed'] as const)('is armed again within five minutes after %s', async (outcome) => {
    const { clock, loop } = loopWith(() => round(outcome, outcome === 'login' ? null : 3000))
    loop.wake()
    await clock.pass(10)
    expect(clock.next()).toBeLessThanOrEqual(300_000)
    expect(loop.state().running).toBe(false)
  })

  it('is armed again when a round throws', async () => {
    const { clock, loop } = loopWith(() => Promise.reject(new Error('broken')))
    loop.wake()
    await clock.pass(10)
    expect(loop.state()).toMatchObject({ running: false, failure: 'store_failed' })
    expect(clock.next()).toBeLessThanOrEqual(300_000)
  })

  it('gives a hanging round up after a minute', async () => {
    let asked = 0
    const { clock, loop } = loopWith(() => {
      asked += 1
      return new Promise<Round>(() => undefined)
    })
    loop.wake()
    await clock.pass(61_000)
    expect(loop.state()).toMatchObject({ running: false, online: false })
    await clock.pass(31_000)
    expect(asked).toBe(2)
  })

  it('waits as long as the server asked, even when the outbox grows', async () => {
    let asked = 0
    const { clock, loop } = loopWith(() => {
      asked += 1
      return round('later', 60_000)
    })
    loop.wake()
    await clock.pass(10)
    loop.wake(2000)
    await clock.pass(30_000)
    expect(asked).toBe(1)
    await clock.pass(40_000)
    expect(asked).toBe(2)
  })

  it('leaves the radio alone while nobody looks and nothing waits', async () => {
    let asked = 0
    const { clock, loop } = loopWith(
      () => {
        asked += 1
        return round('answer', 0)
      },
      { visible: () => false },
    )
    loop.wake()
    await clock.pass(3_600_000)
    expect(asked).toBe(0)
    expect(clock.next()).toBeLessThanOrEqual(300_000)
  })

  it('asks at most thirteen times in a quiet hour', async () => {
    let asked = 0
    const { clock, loop } = loopWith(() => {
      asked += 1
      return round('answer', 0)
    })
    loop.wake()
    await clock.pass(3_600_000)
    expect(asked).toBeLessThanOrEqual(13)
  })

  it('stops when told', async () => {
    const { clock, loop } = loopWith(() => round('answer', 0))
    loop.wake()
    await clock.pass(10)
    loop.stop()
    expect(clock.next()).toBe(Infinity)
  })
})

describe('the back-off', () => {
  it('spreads from nothing to the doubled limit and never beyond five minutes', () => {
    expect(backOff(1, 1)).toBe(2000)
    expect(backOff(4, 1)).toBe(16_000)
    expect(backOff(40, 1)).toBe(300_000)
    expect(backOff(40, 0)).toBeLessThan(1000)
  })
})
