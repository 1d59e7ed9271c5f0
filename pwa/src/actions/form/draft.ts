/* The form being filled in, kept under its name so that neither an update nor a call nor an empty battery takes it away. Two
   pages that write at the same time do not overwrite each other: the later one is told. */
import type { AccountDb } from '../../db/account/account'
import { claimName, dropDraftOf, hoursName, putDraft, readDraftOf, type DraftName, type DraftOf, type SeenDraft } from '../../db/form/drafts'
import { uuid } from '../../device/bytes'

export { claimName, hoursName, type DraftName, type DraftOf, type SeenDraft }

/** The stamp of the draft this page has read or written last, by account and form. */
const seen = new Map<string, string>()
let before: Promise<unknown> = Promise.resolve()

const keyOf = (db: AccountDb, name: DraftName): string => `${db.name} ${name}`
const stampOf = (db: AccountDb, name: DraftName): string | null => seen.get(keyOf(db, name)) ?? null

async function put<N extends DraftName>(db: AccountDb, name: N, draft: DraftOf<N>): Promise<boolean> {
  const stamp = await putDraft(db, name, draft, stampOf(db, name), uuid())
  if (stamp !== null) seen.set(keyOf(db, name), stamp)
  return stamp !== null
}

/** False: another page is writing in this form just now, and its text was left alone. Letters are kept one after the other. */
export function keepDraft<N extends DraftName>(db: AccountDb, name: N, draft: DraftOf<N>): Promise<boolean> {
  const kept = before.then(() => put(db, name, draft))
  before = kept.catch(() => undefined)
  return kept
}

/** From here on this page writes on where the other one stopped. */
export async function readDraft<N extends DraftName>(db: AccountDb, name: N): Promise<DraftOf<N> | undefined> {
  const kept = await readDraftOf(db, name)
  if (kept) seen.set(keyOf(db, name), kept.stamp)
  return kept?.draft
}

/** The form as this page has seen it, for whoever saves it: the draft goes with what it became, in one transaction, and what this
    page has not seen stays. After what is still being kept, or it would come back. */
export async function seenDraft(db: AccountDb, name: DraftName): Promise<SeenDraft> {
  await before
  return { name, stamp: stampOf(db, name) }
}

export const dropDraft = async (db: AccountDb, name: DraftName): Promise<void> => dropDraftOf(db, await seenDraft(db, name))
