/* The form being filled in, kept so that neither an update nor a call nor an empty battery takes it away. */
import type { AccountDb } from '../db/account'
import { dropMeta, putMeta, readMeta, type Draft } from '../db/meta'

export type { Draft }

export const keepDraft = (db: AccountDb, draft: Draft): Promise<void> => putMeta(db, 'draft', draft)
export const readDraft = (db: AccountDb): Promise<Draft | undefined> => readMeta(db, 'draft')
export const dropDraft = (db: AccountDb): Promise<void> => dropMeta(db, 'draft')
