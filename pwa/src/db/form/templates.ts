/* A person's own texts for the hours form. */
import type { AccountDb } from '../account/account'
import { alive } from '../account/handle'

const stored = async (db: AccountDb): Promise<string[]> => ((await db.meta.get('templates'))?.body as string[] | undefined) ?? []

export const readTemplates = (db: AccountDb): Promise<string[]> => alive(db, () => stored(db))

/** In one transaction, so that two tabs do not forget each other's; true, and nothing changed, when `change` gives null. */
export const changeTemplates = (db: AccountDb, change: (known: string[]) => string[] | null): Promise<boolean> =>
  alive(db, () =>
    db.transaction('rw', db.meta, async () => {
      const next = change(await stored(db))
      if (next) await db.meta.put({ name: 'templates', body: next })
      return next === null
    }),
  )
