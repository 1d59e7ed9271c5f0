/* What a book comes to, remembered: the next start shows it before a thousand entries have been read. */
import type { AccountDb } from '../../db/account/account'
import { putMeta, readMeta } from '../../db/account/meta'
import { type Sums } from '../../sync/sums'

export async function keepSums(db: AccountDb, book: string, { logged, signed, credited }: Sums): Promise<void> {
  const known = await readMeta(db, `sums:${book}`)
  if (known?.logged === logged && known.signed === signed && known.credited === credited) return
  await putMeta(db, `sums:${book}`, { logged, signed, credited })
}
