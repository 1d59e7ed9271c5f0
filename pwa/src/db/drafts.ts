/* Forms that are not saved yet, one for each book. A page that does not know what stands there replaces nothing. */
import type { AccountDb } from './account'
import { alive } from './handle'
import type { Draft, KeptDraft } from './meta'

const nameOf = (book: string): `draft:${string}` => `draft:${book}`

/** The stamp of what stands there afterwards; null, and nothing written, when another page has written since `seen`. */
export const putDraft = (db: AccountDb, draft: Draft, seen: string | null, stamp: string): Promise<string | null> =>
  alive(db, () =>
    db.transaction('rw', db.meta, async () => {
      const name = nameOf(draft.book)
      const known = (await db.meta.get(name))?.body as KeptDraft | undefined
      if (known && JSON.stringify(known.draft) === JSON.stringify(draft)) return known.stamp
      if (known && known.stamp !== seen) return null
      await db.meta.put({ name, body: { draft, stamp } })
      return stamp
    }),
  )

/** An older build kept one draft for all books; it is found by the book it names. */
export const readDraftOf = (db: AccountDb, book: string): Promise<KeptDraft | undefined> =>
  alive(db, async () => {
    const row = await db.meta.get(nameOf(book))
    if (row) return row.body as KeptDraft
    const old = (await db.meta.get('draft'))?.body as Draft | undefined
    return old?.book === book ? { draft: old, stamp: '' } : undefined
  })

export const dropDraftOf = (db: AccountDb, book: string): Promise<void> =>
  alive(db, () =>
    db.transaction('rw', db.meta, async () => {
      await db.meta.delete(nameOf(book))
      const old = (await db.meta.get('draft'))?.body as Draft | undefined
      if (old?.book === book) await db.meta.delete('draft')
    }),
  )
