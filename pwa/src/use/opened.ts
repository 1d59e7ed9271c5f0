/* Which entries were looked at on this phone, and in which version. */
import type { AccountDb } from '../db/account'
import { readOpened } from '../db/opened'
import { useLive, type Live } from './live'

export const useOpened = (db: AccountDb): Live<Record<string, string>> => useLive(() => readOpened(db), {})
