/* What a master's answer holds, told by its ops. */
import type { ComputedRef } from 'vue'
import { computed } from 'vue'
import type { AccountDb } from '../../db/account/account'
import { readOpsNamed } from '../../db/book/history'
import { useLive } from '../screen/live'

interface Counts {
  signed: number
  returned: number
}

export function useCounts(db: AccountDb, ids: string[]): ComputedRef<Counts> {
  const ops = useLive(() => readOpsNamed(db, ids), [])
  const count = (kind: string) => ops.now.value.filter((op) => op.kind === kind).length
  return computed(() => ({ signed: count('entry.signed'), returned: count('entry.returned') }))
}
