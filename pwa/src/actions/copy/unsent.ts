/* Unsent work: written to a file, or looked after one by one. */
import type { AccountDb } from '../../db/account/account'
import { queueNamed } from '../../db/form/named'
import { markExported, readOutbox, settle, tryAgain } from '../../db/book/outbox'
import { markPhotosExported, readOnlyHere, readPicture } from '../../db/form/photos'
import { toBase64 } from '../../device/bytes'
import { stampOf } from '../../sync/days'

interface UnsentFile {
  name: string
  /** Pieces of the text, in order: many photos are never one string. */
  parts: string[]
  /** The ops in it. */
  ids: string[]
  /** The photos in it. */
  hashes: string[]
}

/** A photo as `data:` address: any browser shows it. */
async function photoLine(db: AccountDb, hash: string): Promise<string | null> {
  const picture = await readPicture(db, hash)
  if (!picture) return null
  const bytes = new Uint8Array(await picture.arrayBuffer())
  return JSON.stringify({ hash, data: `data:${picture.type};base64,${toBase64(bytes)}` })
}

/** A file with the exact bytes of every op and every photo the server has not taken. */
export async function exportUnsent(db: AccountDb, now: number): Promise<UnsentFile> {
  await queueNamed(db, now)
  const rows = (await readOutbox(db)).filter((row) => row.state !== 'accepted')
  const ops = rows.map(({ jws, state, word }) => ({ jws, state, word }))
  const parts = [`{"format":"jiangji-unsent","v":1,"made_at":${now},\n"ops":${JSON.stringify(ops, null, 1)},\n"photos":[`]
  const hashes: string[] = []
  for (const { hash } of await readOnlyHere(db)) {
    const line = await photoLine(db, hash)
    if (line === null) continue
    parts.push(`${hashes.length ? ',' : ''}\n${line}`)
    hashes.push(hash)
  }
  parts.push('\n]}\n')
  return { name: `jiangji-${stampOf(now)}.json`, parts, ids: rows.map((row) => row.id), hashes }
}

/** Called once the browser has taken the file; what was written since is not in it. */
export async function noteExported(db: AccountDb, file: UnsentFile): Promise<void> {
  await markExported(db, file.ids)
  await markPhotosExported(db, file.hashes)
}

export const putAside = async (db: AccountDb, id: string, now: number): Promise<void> => void (await settle(db, id, now))

export const sendAgain = async (db: AccountDb, id: string): Promise<void> => void (await tryAgain(db, id))
