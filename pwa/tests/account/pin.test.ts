/* Signing on a phone that several people use. */
import { describe, expect, it } from 'vitest'
import { isRefused } from '../../src/actions/refused'
import { logHours } from '../../src/actions/book/hours'
import { openSigning, setPin } from '../../src/actions/door/pin'
import { putMeta } from '../../src/db/account/meta'
import { enrolled, hours } from '../cast'

const MINUTE = 60_000

describe('on a shared phone', () => {
  it('signs nothing until the PIN was given, and then for five minutes', async () => {
    const { db } = await enrolled()
    await putMeta(db, 'shared', true)
    expect(await logHours(db, hours, MINUTE)).toEqual({ refused: 'pin_unset' })
    await setPin(db, '2468')
    expect(await logHours(db, hours, MINUTE)).toEqual({ refused: 'pin_needed' })
    expect(await openSigning(db, '1111', MINUTE)).toEqual({ refused: 'pin_wrong' })
    expect(await logHours(db, hours, MINUTE)).toEqual({ refused: 'pin_needed' })
    expect(await openSigning(db, '2468', MINUTE)).toBeNull()
    expect(isRefused(await logHours(db, hours, 5 * MINUTE))).toBe(false)
    expect(await logHours(db, hours, 6 * MINUTE)).toEqual({ refused: 'pin_needed' })
    expect(await logHours(db, hours, 0)).toEqual({ refused: 'pin_needed' })
    expect(await db.outbox.count()).toBe(1)
  })
})
