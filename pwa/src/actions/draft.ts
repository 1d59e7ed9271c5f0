/* The form being filled in, kept for its book so that neither an update nor a call nor an empty battery takes it away. Two
   pages that write at the same time do not overwrite each other: the later one is told. */
import type { AccountDb } from '../db/account'
import { dropDraftOf, putDraft, readDraftOf } from '../db/drafts'
import type { Draft } from '../db/meta'
import { uuid } from '../device/bytes'

export type { Draft }

/** The stamp of the draft this page has read or written last, by account and book. */
const seen = new Map<string, string>()
let before: Promise<unknown> = Promise.resolve()

const keyOf = (db: AccountDb, book: string, entry = ''): string => `${db.name} ${book} ${entry}`

async function keep(db: AccountDb, draft: Draft): Promise<boolean> {
  const key = keyOf(db, draft.book, draft.entry)
  const stamp = await putDraft(db, draft, seen.get(key) ?? null, uuid())
  if (stamp !== null) seen.set(key, stamp)
  return stamp !== null
}

/** False: another page is writing in this book just now, and its text was left alone. Letters are kept one after the other. */
export function keepDraft(db: AccountDb, draft: Draft): Promise<boolean> {
  const kept = before.then(() => keep(db, draft))
  before = kept.catch(() => undefined)
  return kept
}

/** From here on this page writes on where the other one stopped. */
export async function readDraft(db: AccountDb, book: string, entry = ''): Promise<Draft | undefined> {
  const kept = await readDraftOf(db, book, entry)
  if (kept) seen.set(keyOf(db, book, entry), kept.stamp)
  return kept?.draft
}

/** After what is still being kept, or it would come back. */
export async function dropDraft(db: AccountDb, book: string, entry = ''): Promise<void> {
  await before
  await dropDraftOf(db, book, entry)
}
