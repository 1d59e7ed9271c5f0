/* The screen at a base's door: its code turns with the clock, whoever it is knows its place, and a wrong clock is said. */
import { effectScope, nextTick, shallowRef, type Ref } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AccountDb } from '../../src/db/account/account'
import { readMeta } from '../../src/db/account/meta'
import { storePage } from '../../src/db/book/page'
import { makeKey } from '../../src/device/key'
import { useCode, type Said } from '../../src/pages/kiosk/rotating'
import { homeOf } from '../../src/pages/tabs'
import { TURN_MS, turnOf } from '../../src/sync/code'
import { onlyKiosk, onlyMentor, readRoles } from '../../src/use/account/roles'
import { useClockAhead } from '../../src/use/base/clock'
import { LIN } from '../cast'
import { make, NOW, ORIGIN } from '../meet/cast'
import { MASTER } from '../mentors'
import { page } from '../world'
import { KIOSK, makeKiosk, SAID, serve } from './cast'

let kiosk: AccountDb
const scopes: ReturnType<typeof effectScope>[] = []
beforeEach(async () => {
  vi.stubGlobal('location', { origin: ORIGIN })
  kiosk = await makeKiosk(await makeKey())
})
afterEach(() => {
  scopes.splice(0).forEach((scope) => scope.stop())
  vi.unstubAllGlobals()
})

function within<T>(work: () => T): T {
  const scope = effectScope()
  scopes.push(scope)
  return scope.run(work) as T
}

const turning = (said: Ref<Said | null>, now: Ref<number>) => within(() => useCode(kiosk, said, now))

describe('its code', () => {
  it('is another one each half minute, and for each session', async () => {
    const [said, now] = [shallowRef<Said | null>(SAID), shallowRef(NOW)]
    const { drawn } = turning(said, now)
    await vi.waitUntil(() => drawn.value)
    const first = drawn.value!
    expect(first.turn).toBe(turnOf(NOW))
    now.value = NOW + 1000
    await nextTick()
    expect(drawn.value).toBe(first)
    now.value = NOW + TURN_MS
    await vi.waitUntil(() => drawn.value !== first && drawn.value)
    const next = drawn.value!
    expect(next.turn).toBe(first.turn + 1)
    said.value = { ...SAID, workstation: null }
    await nextTick()
    expect(drawn.value).toBeNull()
    await vi.waitUntil(() => drawn.value)
    expect(drawn.value?.texts).not.toEqual(next.texts)
  })

  it('goes when its session does, and says why there is none', async () => {
    const [said, now] = [shallowRef<Said | null>(SAID), shallowRef(NOW)]
    const { drawn, word } = turning(said, now)
    await vi.waitUntil(() => drawn.value)
    said.value = null
    await nextTick()
    expect(drawn.value).toBeNull()
    await kiosk.keys.clear()
    said.value = SAID
    await vi.waitUntil(() => word.value)
    expect([word.value, drawn.value]).toEqual(['online_only', null])
  })
})

describe('who has which screens', () => {
  it('a kiosk its own, a trainer a mentor’s, an apprentice 今日', async () => {
    const trainer = await make(await makeKey(), MASTER, false)
    const apprentice = await make(await makeKey(), LIN)
    for (const db of [kiosk, trainer]) await serve(db)
    const roles = await Promise.all([readRoles(kiosk, KIOSK), readRoles(trainer, MASTER), readRoles(apprentice, LIN)])
    expect(roles).toEqual([
      { apprentice: false, mentor: false, trainer: false, kiosk: true },
      { apprentice: false, mentor: false, trainer: true, kiosk: false },
      { apprentice: true, mentor: false, trainer: false, kiosk: false },
    ])
    expect(roles.map(onlyKiosk)).toEqual([true, false, false])
    expect(roles.map(onlyMentor)).toEqual([false, true, false])
    expect(roles.map(homeOf)).toEqual(['/kiosk', '/sign', ''])
  })
})

describe('its clock', () => {
  it.each([
    [59_000, 0],
    [61_000, 1],
    [-200_000, -3],
  ])('%i ms ahead of the server: says %i minutes', async (ms, said) => {
    await storePage(kiosk, page({ now: NOW }), {}, NOW + ms)
    expect(await readMeta(kiosk, 'clock_ahead')).toBe(ms)
    const ahead = within(() => useClockAhead(kiosk))
    if (said) await vi.waitUntil(() => ahead.value)
    expect(ahead.value).toBe(said)
  })
})
