/* Forms that are not saved yet, each under a name of its own: hours for each book and for each thing the form is opened for (an
   entry that is revised or copied, refused work, a timer), claims for each book and for each result that is mended. A page that
   does not know what stands there replaces nothing. */
import type { AccountDb } from '../account/account'
import { alive } from '../account/handle'
import type { ClaimDraft, Draft, Kept } from '../account/meta'
import type { MetaRow } from '../account/rows'

export type DraftName = `draft:${string}` | `claim:${string}`

export const hoursName = (book: string, entry = ''): DraftName => `draft:${book}${entry && `:${entry}`}`
export const claimName = (book: string, result = ''): DraftName => `claim:${book}${result && `:${result}`}`

/** The stamp of what stands there afterwards; null, and nothing written, when another page has written since `seen`. */
export const putDraft = <T>(db: AccountDb, name: DraftName, draft: T, seen: string | null, stamp: string): Promise<string | null> =>
  alive(db, () =>
    db.transaction('rw', db.meta, async () => {
      const known = (await db.meta.get(name))?.body as Kept<T> | undefined
      if (known && JSON.stringify(known.draft) === JSON.stringify(draft)) return known.stamp
      if (known && known.stamp !== seen) return null
      await db.meta.put({ name, body: { draft, stamp } })
      return stamp
    }),
  )

const OLD = ['draft', 'claim_draft'] as const

function oldOf(name: DraftName, rows: (MetaRow | undefined)[]): { name: string; draft: unknown } | null {
  const [hours, claim] = rows.map((row) => row?.body) as [Draft | undefined, ClaimDraft | undefined]
  if (hours && hoursName(hours.book) === name) return { name: 'draft', draft: hours }
  return claim && claimName(claim.book, claim.result?.id) === name ? { name: 'claim_draft', draft: claim } : null
}

/** Where an older build kept the one draft it had: found by the form it belongs to. */
async function readOld(db: AccountDb, name: DraftName): Promise<{ name: string; draft: unknown } | null> {
  return oldOf(name, await db.meta.bulkGet([...OLD]))
}

export const readDraftOf = <T>(db: AccountDb, name: DraftName): Promise<Kept<T> | undefined> =>
  alive(db, async () => {
    const row = await db.meta.get(name)
    if (row) return row.body as Kept<T>
    const old = await readOld(db, name)
    return old ? { draft: old.draft as T, stamp: '' } : undefined
  })

/** A form as its page has seen it last: under which name, with which stamp; null has seen nothing, undefined goes blindly. */
export interface SeenDraft {
  name: DraftName
  stamp: string | null | undefined
}

/** For who has begun a transaction over meta. With a stamp only what the page has seen goes. */
export async function forgetDraft(db: AccountDb, { name, stamp }: SeenDraft): Promise<void> {
  if (stamp === null) return
  const [row, ...old] = await db.meta.bulkGet([name, ...OLD])
  const known = row?.body as Kept<unknown> | undefined
  if (stamp !== undefined && known && known.stamp !== stamp) return
  await db.meta.bulkDelete([name, oldOf(name, old)?.name ?? name])
}

export const dropDraftOf = (db: AccountDb, seen: SeenDraft): Promise<void> =>
  alive(db, () => db.transaction('rw', db.meta, () => forgetDraft(db, seen)))
