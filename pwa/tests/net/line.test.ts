/* What wakes the line of an account. */
import { describe, expect, it, vi } from 'vitest'
import { logHours } from '../../src/actions/book/hours'
import { whenGrown } from '../../src/net/line'
import { enrolled, hours } from '../cast'

const LOOKED_MS = 300

describe('something new in the outbox', () => {
  it('is told once for each time something came, and not for what leaves', async () => {
    const { db } = await enrolled()
    await logHours(db, hours, 7)
    const grown = vi.fn()
    const letBe = whenGrown(db, grown, () => undefined)
    await new Promise((go) => setTimeout(go, LOOKED_MS))
    expect(grown).not.toHaveBeenCalled()
    await logHours(db, { ...hours, text: '第二条' }, 8)
    await vi.waitFor(() => expect(grown).toHaveBeenCalledTimes(1))
    await db.outbox.toCollection().modify({ state: 'accepted' })
    await new Promise((go) => setTimeout(go, LOOKED_MS))
    expect(grown).toHaveBeenCalledTimes(1)
    letBe()
  })

  it('is told also when as much has left as came before anybody looked', async () => {
    const { db } = await enrolled()
    await logHours(db, hours, 7)
    const grown = vi.fn()
    const letBe = whenGrown(db, grown, () => undefined)
    await new Promise((go) => setTimeout(go, LOOKED_MS))
    await db.transaction('rw', db.outbox, db.meta, async () => {
      await db.outbox.toCollection().modify({ state: 'accepted' })
      await db.outbox.add({ ...(await db.outbox.toCollection().first())!, id: 'second', state: 'waiting' })
      await db.meta.put({ name: 'ops_arrived', body: 2 })
    })
    await vi.waitFor(() => expect(grown).toHaveBeenCalledTimes(1))
    letBe()
  })
})
