/* A job is followed until it has ended, whatever the line does, and no longer than its screen lives. */
import { effectScope } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useJob, type JobNow } from '../../src/use/desk/job'

const at = (state: JobNow['state'], done = 0): JobNow => ({ id: 'j', kind: 'count', state, done, total: 10, unit: 'rows', word: null, result: null })

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('a job that is followed', () => {
  it('is asked for until it has ended, and then no more', async () => {
    const told = [at('waiting'), at('running', 4), at('done', 10)]
    const ask = vi.fn(async () => told.shift() ?? null)
    const ended = vi.fn()
    const scope = effectScope()
    const { job, busy, follow } = scope.run(() => useJob(ask, ended))!
    follow('j')
    await vi.advanceTimersByTimeAsync(0)
    expect([job.value?.state, busy.value]).toEqual(['waiting', true])
    await vi.advanceTimersByTimeAsync(60_000)
    expect([job.value?.state, busy.value, ask.mock.calls.length]).toEqual(['done', false, 3])
    expect(ended).toHaveBeenCalledExactlyOnceWith(at('done', 10))
    scope.stop()
  })

  it('is still there when the line comes back', async () => {
    let away = true
    const scope = effectScope()
    const { job, heard, follow } = scope.run(() => useJob(async () => { if (away) throw new Error('away'); return at('done', 10) }))!
    follow('j')
    await vi.advanceTimersByTimeAsync(20_000)
    expect([job.value, heard.value]).toEqual([null, false])
    away = false
    await vi.advanceTimersByTimeAsync(10_000)
    expect([job.value?.state, heard.value]).toEqual(['done', true])
    scope.stop()
  })

  it('is let go of with its screen, and an answer that comes late changes nothing', async () => {
    let answer: (job: JobNow) => void = () => undefined
    const ask = vi.fn(() => new Promise<JobNow>((resolve) => (answer = resolve)))
    const scope = effectScope()
    const { job, follow } = scope.run(() => useJob(ask))!
    follow('j')
    scope.stop()
    answer(at('running', 3))
    await vi.advanceTimersByTimeAsync(60_000)
    expect([job.value, ask.mock.calls.length]).toEqual([null, 1])
  })
})
