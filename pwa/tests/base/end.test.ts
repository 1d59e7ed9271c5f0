/* When a session that is being closed ended, while its roll stands open. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { useEnd } from '../../src/use/base/end'
import { lesson } from './cast'

const at = (time: string): number => Date.parse(`2026-11-20T${time}:00+08:00`)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const MINUTES = 60_000

it('goes on with the clock until it is said otherwise, and not beyond its plan', () => {
  vi.setSystemTime(at('18:00'))
  const scope = effectScope()
  const end = scope.run(() => useEnd(() => lesson()))!
  expect(end.value).toBe(18 * 60)
  vi.advanceTimersByTime(95 * MINUTES)
  expect(end.value).toBe(19 * 60 + 35)
  vi.advanceTimersByTime(60 * MINUTES)
  expect(end.value).toBe(20 * 60)
  end.value = 19 * 60
  vi.advanceTimersByTime(5 * MINUTES)
  expect(end.value).toBe(19 * 60)
  scope.stop()
  expect(vi.getTimerCount()).toBe(0)
})
