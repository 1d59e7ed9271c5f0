/* The form being filled in, kept for its book so that neither an update nor a call nor an empty battery takes it away. Two
   pages that write at the same time do not overwrite each other: the later one is told. */
import type { AccountDb } from '../../db/account/account'
import { claimName, dropDraftOf, hoursName, putDraft, readDraftOf, type DraftName, type SeenDraft } from '../../db/form/drafts'
import type { ClaimDraft, Draft } from '../../db/account/meta'
import { uuid } from '../../device/bytes'

export type { ClaimDraft, Draft, SeenDraft }

/** The stamp of the draft this page has read or written last, by account and form. */
const seen = new Map<string, string>()
let before: Promise<unknown> = Promise.resolve()

const keyOf = (db: AccountDb, name: DraftName): string => `${db.name} ${name}`

async function put<T>(db: AccountDb, name: DraftName, draft: T): Promise<boolean> {
  const stamp = await putDraft(db, name, draft, seen.get(keyOf(db, name)) ?? null, uuid())
  if (stamp !== null) seen.set(keyOf(db, name), stamp)
  return stamp !== null
}

/** False: another page is writing in this form just now, and its text was left alone. Letters are kept one after the other. */
function keep<T>(db: AccountDb, name: DraftName, draft: T): Promise<boolean> {
  const kept = before.then(() => put(db, name, draft))
  before = kept.catch(() => undefined)
  return kept
}

/** From here on this page writes on where the other one stopped. */
async function read<T>(db: AccountDb, name: DraftName): Promise<T | undefined> {
  const kept = await readDraftOf<T>(db, name)
  if (kept) seen.set(keyOf(db, name), kept.stamp)
  return kept?.draft
}

/** The form as this page has seen it: what it is dropped by. After what is still being kept, or it would come back. */
async function seenOf(db: AccountDb, name: DraftName): Promise<SeenDraft> {
  await before
  return { name, stamp: seen.get(keyOf(db, name)) ?? null }
}

export const keepDraft = (db: AccountDb, draft: Draft): Promise<boolean> => keep(db, hoursName(draft.book, draft.entry), draft)
export const readDraft = (db: AccountDb, book: string, entry = ''): Promise<Draft | undefined> => read(db, hoursName(book, entry))
/** For whoever saves it: the draft goes with what it became, in one transaction; what this page has not seen stays. */
export const seenDraft = (db: AccountDb, book: string, entry = ''): Promise<SeenDraft> => seenOf(db, hoursName(book, entry))
export const dropDraft = async (db: AccountDb, book: string, entry = ''): Promise<void> => dropDraftOf(db, await seenDraft(db, book, entry))

export const keepClaim = (db: AccountDb, draft: ClaimDraft): Promise<boolean> => keep(db, claimName(draft.book, draft.result?.id), draft)
export const readClaim = (db: AccountDb, book: string, result = ''): Promise<ClaimDraft | undefined> => read(db, claimName(book, result))

export async function dropClaim(db: AccountDb, book: string, result = ''): Promise<void> {
  await before
  await dropDraftOf(db, { name: claimName(book, result), stamp: undefined })
}
