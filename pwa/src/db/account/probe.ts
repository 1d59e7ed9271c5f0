/* What this browser keeps, tried out beside the accounts: a private window or an old browser has no database, or one that takes
   no key. */
import { Dexie, type EntityTable } from 'dexie'
import type { KeyRow } from './rows'

interface Trial {
  id: number
  key?: KeyRow
}

/** A safe place for one key; what was put there is taken away again. */
export interface Scratch {
  load: () => Promise<KeyRow | undefined>
  save: (key: KeyRow) => Promise<void>
  end: () => Promise<void>
}

/** Some browsers neither open a database nor say that they will not. */
const PATIENCE_MS = 8_000

function opened(db: Dexie): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), PATIENCE_MS)
    const end = (open: boolean) => {
      clearTimeout(timer)
      resolve(open)
    }
    db.open().then(
      () => end(true),
      () => end(false),
    )
  })
}

/** null: nothing at all can be kept here. */
export async function openScratch(): Promise<Scratch | null> {
  const db = new Dexie('jiangji-probe') as Dexie & { trials: EntityTable<Trial, 'id'> }
  db.version(1).stores({ trials: '++id' })
  if (!(await opened(db))) return null
  const id = await db.trials.add({}).catch(() => null)
  if (id === null) return null
  return {
    load: async () => (await db.trials.get(id))?.key,
    async save(key) {
      await db.trials.put({ id, key })
    },
    async end() {
      await db.trials.delete(id).catch(() => undefined)
      db.close()
    },
  }
}
