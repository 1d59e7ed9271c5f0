/* The ops of one document this phone holds, as they were signed: what waits, and what was kept after it arrived. */
import type { Op } from '../../sync/op'
import type { AccountDb } from '../account/account'
import { alive } from '../account/handle'
import { opOf } from './replay'
import type { OutboxState } from '../account/rows'

export interface HeldOp {
  op: Op
  /** null: the server has it. */
  state: OutboxState | null
}

export const readOpsOf = (db: AccountDb, doc: string): Promise<HeldOp[]> =>
  alive(db, () =>
    db.transaction('r', db.outbox, db.kept, async () => {
      const mine = await db.outbox.where('doc').equals(doc).toArray()
      const kept = await db.kept.where('doc').equals(doc).toArray()
      const rows = [...kept.map((row) => ({ row, state: null })), ...mine.map((row) => ({ row, state: row.state }))]
      return rows.flatMap(({ row, state }) => {
        const op = opOf(row)
        return op ? [{ op, state }] : []
      })
    }),
  )

/** Ops by their ids, waiting or kept, as far as this phone holds them. */
export const readOpsNamed = (db: AccountDb, ids: string[]): Promise<Op[]> =>
  alive(db, () =>
    db.transaction('r', db.outbox, db.kept, async () => {
      const [waiting, kept] = [await db.outbox.bulkGet(ids), await db.kept.bulkGet(ids)]
      return ids.flatMap((_, at) => {
        const row = waiting[at] ?? kept[at]
        const op = row && opOf(row)
        return op ? [op] : []
      })
    }),
  )
