/* Forms that are not saved yet, each under a name of its own: hours for each book and for each thing the form is opened for (an
   entry that is revised or copied, refused work, a timer), claims for each book and for each result that is mended. A page that
   does not know what stands there replaces nothing. */
import type { AccountDb } from '../account/account'
import { alive } from '../account/handle'
import type { ClaimDraft, Draft, Kept } from '../account/meta'

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

/** Where an older build kept the one draft it had: found by the form it belongs to. */
async function readOld(db: AccountDb, name: DraftName): Promise<{ name: string; draft: unknown } | null> {
  const hours = (await db.meta.get('draft'))?.body as Draft | undefined
  if (hours && hoursName(hours.book) === name) return { name: 'draft', draft: hours }
  const claim = (await db.meta.get('claim_draft'))?.body as ClaimDraft | undefined
  return claim && claimName(claim.book, claim.result?.id) === name ? { name: 'claim_draft', draft: claim } : null
}

export const readDraftOf = <T>(db: AccountDb, name: DraftName): Promise<Kept<T> | undefined> =>
  alive(db, async () => {
    const row = await db.meta.get(name)
    if (row) return row.body as Kept<T>
    const old = await readOld(db, name)
    return old ? { draft: old.draft as T, stamp: '' } : undefined
  })

/** With a stamp only what the page has seen goes; null has seen nothing. */
export const dropDraftOf = (db: AccountDb, name: DraftName, seen?: string | null): Promise<void> =>
  alive(db, () =>
    db.transaction('rw', db.meta, async () => {
      const known = (await db.meta.get(name))?.body as Kept<unknown> | undefined
      if (seen === null || (seen !== undefined && known && known.stamp !== seen)) return
      await db.meta.delete(name)
      const old = await readOld(db, name)
      if (old) await db.meta.delete(old.name)
    }),
  )
