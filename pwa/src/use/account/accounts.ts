/* The accounts on this phone and how much waits in each: a number, nothing of what it is. */
import { onScopeDispose } from 'vue'
import { accountDb, type AccountDb } from '../../db/account/account'
import { readAccounts } from '../../db/account/accounts'
import { shut } from '../../db/account/handle'
import { readMeta } from '../../db/account/meta'
import { countUnsent } from '../../db/book/outbox'
import { countUnsavedPhotos } from '../../db/form/photos'
import { useLive, type Live } from '../screen/live'

export interface AccountShown {
  id: string
  name: string
  login: string
  locked: boolean
  /** Whether it opens without a network. */
  pin: boolean
  /** Ops the server has not confirmed. */
  unsent: number
  /** Photos that are only here. */
  photos: number
}

export function useAccounts(): Live<AccountShown[]> {
  const handles = new Map<string, AccountDb>()
  const handleOf = (id: string): AccountDb => {
    const db = handles.get(id) ?? accountDb(id)
    handles.set(id, db)
    return db
  }
  onScopeDispose(() => handles.forEach((db) => shut(db)))
  return useLive(async () => {
    const shown: AccountShown[] = []
    for (const { id, name, login, locked } of await readAccounts()) {
      const db = handleOf(id)
      const pin = (await readMeta(db, 'pin')) !== undefined
      shown.push({ id, name, login, locked, pin, unsent: await countUnsent(db), photos: await countUnsavedPhotos(db).catch(() => 0) })
    }
    return shown
  }, [])
}
