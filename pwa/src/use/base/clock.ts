/* Whether this device's clock can be trusted, as far as the server has told. */
import { computed, type ComputedRef } from 'vue'
import type { AccountDb } from '../../db/account/account'
import { readMeta } from '../../db/account/meta'
import { MINUTE_MS } from '../../sync/days'
import { PARAMS } from '../../sync/evidence'
import { useLive } from '../screen/live'

/** From half of what a code may be off, so that it is said before check-ins begin to fail. */
const MUCH_MS = (PARAMS.code_seconds * 1000) / 2

/** Whole minutes by which the clock is ahead, behind below 0; 0 while it is right or nobody knows. */
export function useClockAhead(db: AccountDb): ComputedRef<number> {
  const ahead = useLive(() => readMeta(db, 'clock_ahead'), undefined)
  return computed(() => {
    const ms = ahead.now.value ?? 0
    return Math.abs(ms) < MUCH_MS ? 0 : Math.sign(ms) * Math.max(1, Math.round(Math.abs(ms) / MINUTE_MS))
  })
}
