/* A server that vanished is missed within a minute, and one that came back is noticed. */
import { describe, expect, it } from 'vitest'
import type { Round } from '../../src/net/exchange'
import { createLoop } from '../../src/net/loop'
import { START } from '../../src/net/pace'
import { keepInTouch } from '../../src/net/touch'
import { Clock } from '../clock'

function world(change: { visible?: () => boolean } = {}) {
  const clock = new Clock()
  const server = { there: true, exchanges: 0, probes: 0 }
  const round = async (): Promise<Round> => {
    server.exchanges += 1
    const outcome = server.there ? 'answer' : 'no_network'
    return { outcome, more: false, reset: [], step: { pace: START, wait_ms: server.there ? 0 : 300_000, blame: null } }
  }
  const visible = change.visible ?? (() => true)
  const loop = createLoop({ round, settled: async () => undefined, due: async () => 0, unsent: async () => 0, visible, timers: clock })
  const reach = async () => {
    server.probes += 1
    return server.there
  }
  const stop = keepInTouch(loop, reach, visible, clock)
  loop.wake()
  return { clock, server, loop, stop }
}

describe('keeping in touch', () => {
  it('never leaves the last contact a minute old while the server is there', async () => {
    const { clock, loop, server } = world()
    for (let second = 0; second < 600; second += 1) {
      await clock.pass(1000)
      expect(clock.now() - loop.state().contact_at!).toBeLessThan(60_000)
    }
    expect(server.exchanges).toBeLessThan(5)
  })

  it('misses a server that vanished within a minute', async () => {
    const { clock, loop, server } = world()
    await clock.pass(10_000)
    server.there = false
    await clock.pass(50_000)
    expect(loop.state()).toMatchObject({ online: false, failure: 'no_network' })
  })

  it('notices one that came back long before the exchange would have tried', async () => {
    const { clock, loop, server } = world()
    await clock.pass(10_000)
    server.there = false
    await clock.pass(100_000)
    server.there = true
    await clock.pass(21_000)
    expect(loop.state()).toMatchObject({ online: true, failure: null })
  })

  it('believes at once that there is no network, and asks before it believes that there is one', async () => {
    const { clock, loop } = world()
    await clock.pass(10)
    loop.probed(false)
    expect(loop.state().online).toBe(false)
    await clock.pass(2_100)
    expect(loop.state().online).toBe(true)
  })

  it('leaves the radio alone while nobody looks, and when told to stop', async () => {
    const { clock, server } = world({ visible: () => false })
    await clock.pass(3_600_000)
    expect(server.probes).toBe(0)
    const other = world()
    other.stop()
    await other.clock.pass(200_000)
    expect(other.server.probes).toBe(0)
  })
})
