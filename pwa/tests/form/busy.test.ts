/* What a button says of an act that is under way. */
import { effectScope } from 'vue'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { useBusy } from '../../src/pages/phone/form/busy'

afterEach(() => vi.useRealTimers())

describe('an act that is under way', () => {
  it('is not begun a second time, and is said only when it takes a while', () => {
    vi.useFakeTimers()
    const scope = effectScope()
    const busy = scope.run(() => useBusy())!
    expect([busy.begin(), busy.begin()]).toEqual([true, false])
    vi.advanceTimersByTime(150)
    expect(busy.slow.value).toBe(false)
    vi.advanceTimersByTime(100)
    expect([busy.slow.value, busy.begin()]).toEqual([true, false])
    busy.end()
    expect([busy.slow.value, busy.begin()]).toEqual([false, true])
    scope.stop()
    vi.advanceTimersByTime(500)
    expect(busy.slow.value).toBe(false)
  })
})
