/* What the browser says of our storage. */
import type { AccountDb } from '../../db/account/account'
import { putMeta, readMeta } from '../../db/account/meta'
import { askToPersist, usedBytes } from '../../device/persist'

interface Storage {
  persisted: boolean
  /** null where the browser does not tell. */
  used_bytes: number | null
}

/** Once hours were logged the browser is asked to keep what it holds; what it answers is kept to be shown. */
export async function askToKeep(db: AccountDb): Promise<void> {
  const before = await readMeta(db, 'persisted')
  if (before === true) return
  const persisted = await askToPersist()
  if (persisted !== before) await putMeta(db, 'persisted', persisted)
}

export async function lookAtStorage(db: AccountDb): Promise<Storage> {
  const persisted = await askToPersist()
  await putMeta(db, 'persisted', persisted)
  return { persisted, used_bytes: await usedBytes() }
}
