/* What counts as looked at: only while somebody could see it. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { afterSight } from '../../src/use/screen/sight'

let page: EventTarget & { visibilityState: string }

function turn(state: 'visible' | 'hidden') {
  page.visibilityState = state
  page.dispatchEvent(new Event('visibilitychange'))
}

beforeEach(() => {
  vi.useFakeTimers()
  page = Object.assign(new EventTarget(), { visibilityState: 'visible' })
  vi.stubGlobal('document', page)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('what stands before somebody', () => {
  it('counts once it has stood there, and once only', () => {
    const work = vi.fn()
    afterSight(3000, work)
    vi.advanceTimersByTime(2999)
    expect(work).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    turn('hidden')
    turn('visible')
    vi.advanceTimersByTime(9000)
    expect(work).toHaveBeenCalledTimes(1)
  })

  it('begins anew when the phone was laid aside, and does not count in a pocket', () => {
    const work = vi.fn()
    afterSight(3000, work)
    vi.advanceTimersByTime(2500)
    turn('hidden')
    vi.advanceTimersByTime(60_000)
    turn('visible')
    vi.advanceTimersByTime(2999)
    expect(work).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(work).toHaveBeenCalledTimes(1)
  })

  it('counts nothing after he has gone on', () => {
    const work = vi.fn()
    afterSight(3000, work)()
    turn('visible')
    vi.advanceTimersByTime(9000)
    expect(work).not.toHaveBeenCalled()
  })
})
