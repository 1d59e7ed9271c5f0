/* A person's own texts, as the form offers them. */
import type { AccountDb } from '../../db/account/account'
import { readTemplates } from '../../db/form/templates'
import { useLive, type Live } from '../screen/live'

export const useTemplates = (db: AccountDb): Live<string[]> => useLive(() => readTemplates(db), [])
