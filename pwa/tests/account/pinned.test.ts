/* One gate for the PIN: whoever signs asks there, and the act goes on by itself. */
import { effectScope, nextTick } from 'vue'
import { describe, expect, it, vi } from 'vitest'
import type { Refused } from '../../src/actions/refused'
import { pinAsked, usePinned, whyNot } from '../../src/pages/phone/pinned'

const needed: Refused = { refused: 'pin_needed' }

/** An act that is refused until the PIN was given. */
function gated() {
  let open = false
  const act = vi.fn(async (): Promise<string | Refused> => (open ? 'done' : needed))
  const give = () => {
    open = true
    pinAsked.value?.(true)
  }
  return { act, give }
}

const asking = () => vi.waitFor(() => expect(pinAsked.value).not.toBeNull())

describe('an act that wants the PIN', () => {
  it('asks once, and is done after it was given', async () => {
    const pinned = effectScope().run(usePinned)!
    const { act, give } = gated()
    const made = pinned(act)
    await asking()
    give()
    expect(await made).toBe('done')
    expect(act).toHaveBeenCalledTimes(2)
    expect(pinAsked.value).toBeNull()
  })

  it('asks nothing where no PIN is wanted, and tells what the storage threw as a word', async () => {
    const pinned = effectScope().run(usePinned)!
    expect(await pinned(async () => 'done')).toBe('done')
    const lost = await pinned(() => Promise.reject(new Error('disk')))
    expect(lost).toEqual({ refused: 'store_failed' })
    expect(whyNot(lost)).toBe('store_failed')
    expect(pinAsked.value).toBeNull()
  })

  it('comes back undone to whoever cancels, and nothing is said of it', async () => {
    const pinned = effectScope().run(usePinned)!
    const { act } = gated()
    const made = pinned(act)
    await asking()
    pinAsked.value?.(false)
    expect(await made).toEqual(needed)
    expect(whyNot(await made)).toBe('')
    expect(act).toHaveBeenCalledTimes(1)
    expect(pinAsked.value).toBeNull()
  })

  it('lets the question go with the screen that asked, and no other', async () => {
    const gone = effectScope()
    const first = gone.run(usePinned)!(gated().act)
    await asking()
    gone.stop()
    expect(await first).toEqual(needed)
    const second = gated()
    const made = effectScope().run(usePinned)!(second.act)
    await asking()
    gone.stop()
    await nextTick()
    second.give()
    expect(await made).toBe('done')
  })
})
