/* What this browser keeps of what is written in it. */
import type { AccountDb } from '../../db/account/account'
import { readMeta } from '../../db/account/meta'
import { useLive, type Live } from '../screen/live'

export const useOnlineOnly = (db: AccountDb): Live<boolean> =>
  useLive(async () => (await readMeta(db, 'online_only')) === true, false)

/** A place that keeps nothing: WeChat's own browser. */
export const useOnce = (db: AccountDb): Live<boolean> => useLive(async () => (await readMeta(db, 'once')) === true, false)

export const usePersisted = (db: AccountDb): Live<boolean | undefined> =>
  useLive(() => readMeta(db, 'persisted'), undefined)
