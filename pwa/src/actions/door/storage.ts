/* What the browser says of our storage. */
import type { AccountDb } from '../../db/account/account'
import { putMeta } from '../../db/account/meta'
import { askToPersist, usedBytes } from '../../device/persist'

interface Storage {
  persisted: boolean
  /** null where the browser does not tell. */
  used_bytes: number | null
}

export async function lookAtStorage(db: AccountDb): Promise<Storage> {
  const persisted = await askToPersist()
  await putMeta(db, 'persisted', persisted)
  return { persisted, used_bytes: await usedBytes() }
}
