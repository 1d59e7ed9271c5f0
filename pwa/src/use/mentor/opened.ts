/* Which entries were looked at on this phone, and in which version. */
import type { AccountDb } from '../../db/account/account'
import { readOpened } from '../../db/book/opened'
import { useLive, type Live } from '../screen/live'

export const useOpened = (db: AccountDb): Live<Record<string, string>> => useLive(() => readOpened(db), {})
