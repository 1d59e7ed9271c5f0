/* Unsent work: written to a file, or looked after one by one. */
import type { AccountDb } from '../db/account'
import { markExported, readOutbox, settle, tryAgain } from '../db/outbox'

interface UnsentFile {
  name: string
  text: string
  /** The ops in it. */
  ids: string[]
}

/** A file with the exact bytes of every op the server has not taken; any phone of the book can bring them. */
export async function exportUnsent(db: AccountDb, now: number): Promise<UnsentFile> {
  const rows = (await readOutbox(db)).filter((row) => row.state !== 'accepted')
  const ops = rows.map(({ jws, state, word }) => ({ jws, state, word }))
  const stamp = new Date(now).toISOString().replace(/[-:]/g, '').slice(0, 13)
  const text = JSON.stringify({ format: 'jiangji-unsent', v: 1, made_at: now, ops }, null, 1)
  return { name: `jiangji-${stamp}.json`, text, ids: rows.map((row) => row.id) }
}

/** Called once the browser has taken the file; what was written since is not in it. */
export const noteExported = async (db: AccountDb, file: UnsentFile): Promise<void> => void (await markExported(db, file.ids))

export const putAside = async (db: AccountDb, id: string, now: number): Promise<void> => void (await settle(db, id, now))

export const sendAgain = async (db: AccountDb, id: string): Promise<void> => void (await tryAgain(db, id))
