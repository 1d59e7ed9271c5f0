/* What somebody waits for comes first, and a query that waited for it misses nothing. */
import 'fake-indexeddb/auto'
import { effectScope } from 'vue'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { accountDb } from '../../src/db/account/account'
import { putMeta, readMeta } from '../../src/db/account/meta'
import { holdUntil, painted, undisturbed, whenFree } from '../../src/use/screen/calm'
import { useLive } from '../../src/use/screen/live'

const turn = () => new Promise((go) => setTimeout(go, 20))
const scope = effectScope()
const db = accountDb('calm')

function gate() {
  let open: () => void = () => undefined
  const closed = new Promise<void>((go) => (open = go))
  return { closed, open }
}

afterEach(() => vi.unstubAllGlobals())

describe('a query of a screen', () => {
  it('waits for what is to be painted first, and follows every change after', async () => {
    const { closed, open } = gate()
    holdUntil(closed)
    const asked = vi.fn(() => readMeta(db, 'persisted'))
    const live = scope.run(() => useLive(asked, undefined))!
    await turn()
    expect(asked).not.toHaveBeenCalled()
    await putMeta(db, 'persisted', false)
    open()
    await vi.waitFor(() => expect(live.now.value).toBe(false))
    await putMeta(db, 'persisted', true)
    await vi.waitFor(() => expect(live.now.value).toBe(true))
  })

  it('is not asked again before an act is done and its word painted', async () => {
    let paint: FrameRequestCallback = () => undefined
    vi.stubGlobal('requestAnimationFrame', (work: FrameRequestCallback) => (paint = work))
    vi.stubGlobal('document', { visibilityState: 'visible' })
    const asked = vi.fn(() => readMeta(db, 'shared'))
    const live = scope.run(() => useLive(asked, undefined))!
    await vi.waitFor(() => expect(live.read.value).toBe(true))
    const before = asked.mock.calls.length
    const { closed, open } = gate()
    const act = undisturbed(async () => {
      await putMeta(db, 'shared', true)
      await closed
      return 'done'
    })
    await turn()
    expect(asked).toHaveBeenCalledTimes(before)
    open()
    expect(await act).toBe('done')
    await Promise.resolve()
    expect(asked).toHaveBeenCalledTimes(before)
    paint(0)
    await vi.waitFor(() => expect(live.now.value).toBe(true))
    await putMeta(db, 'shared', false)
    await vi.waitFor(() => expect(live.now.value).toBe(false))
  })

  it('does not wait for an act that hangs', async () => {
    void undisturbed(() => new Promise(() => undefined))
    const live = scope.run(() => useLive(() => readMeta(db, 'persisted'), undefined))!
    await turn()
    expect(live.read.value).toBe(false)
    await vi.waitFor(() => expect(live.read.value).toBe(true), 3_000)
  })

  it('shows at once what memory holds, and then what is read', async () => {
    await putMeta(db, 'persisted', true)
    const live = scope.run(() => useLive(() => readMeta(db, 'persisted'), undefined, { known: () => false }))!
    expect([live.now.value, live.read.value]).toEqual([false, true])
    await vi.waitFor(() => expect(live.now.value).toBe(true))
  })
})

describe('work that waits', () => {
  it('waits for everything that is held, whether it goes well or not', async () => {
    const [first, second] = [gate(), gate()]
    holdUntil(first.closed)
    holdUntil(second.closed.then(() => Promise.reject(new Error('no'))))
    const work = vi.fn()
    whenFree(work)
    second.open()
    await turn()
    expect(work).not.toHaveBeenCalled()
    first.open()
    await turn()
    expect(work).toHaveBeenCalledOnce()
    const next = vi.fn()
    whenFree(next)
    expect(next).toHaveBeenCalledOnce()
  })
})

describe('what is painted', () => {
  const within = (ms: number) => Promise.race([painted().then(() => true), new Promise((go) => setTimeout(() => go(false), ms))])

  it('is waited for as long as a slow phone takes, and not at all where nobody looks', async () => {
    vi.stubGlobal('requestAnimationFrame', (work: FrameRequestCallback) => setTimeout(work, 250))
    vi.stubGlobal('document', { visibilityState: 'visible' })
    expect(await within(200)).toBe(false)
    expect(await within(400)).toBe(true)
    vi.stubGlobal('document', { visibilityState: 'hidden' })
    expect(await within(200)).toBe(true)
  })
})
