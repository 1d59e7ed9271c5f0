/* What a signer has looked at on this phone: only that may be signed in one go. It outlives a reload, not the account. */
import type { AccountDb } from '../account/account'
import { alive } from '../account/handle'
import type { Meta } from '../account/meta'

type Opened = Meta['opened']

const stored = async (db: AccountDb): Promise<Opened> => ((await db.meta.get('opened'))?.body as Opened | undefined) ?? {}

export const readOpened = (db: AccountDb): Promise<Opened> => alive(db, () => stored(db))

/** In one transaction, so that two tabs do not forget each other's. */
const changeOpened = (db: AccountDb, change: (known: Opened) => Opened): Promise<unknown> =>
  alive(db, () =>
    db.transaction('rw', db.meta, async () => {
      await db.meta.put({ name: 'opened', body: change(await stored(db)) })
    }),
  )

export const putOpened = (db: AccountDb, entry: string, version: string): Promise<unknown> =>
  changeOpened(db, (known) => ({ ...known, [entry]: version }))

export const dropOpened = (db: AccountDb, entries: ReadonlySet<string>): Promise<unknown> =>
  changeOpened(db, (known) => Object.fromEntries(Object.entries(known).filter(([entry]) => !entries.has(entry))))
