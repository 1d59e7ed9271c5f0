/* A person's own texts, as the form offers them. */
import type { AccountDb } from '../db/account'
import { readTemplates } from '../db/templates'
import { useLive, type Live } from './live'

export const useTemplates = (db: AccountDb): Live<string[]> => useLive(() => readTemplates(db), [])
