/* Forms that are not saved yet, one for each book and for each entry that is revised. A page that does not know what stands there replaces nothing. */
import type { AccountDb } from './account'
import { alive } from './handle'
import type { Draft, KeptDraft } from './meta'

const nameOf = (book: string, entry = ''): `draft:${string}` => `draft:${book}${entry && `:${entry}`}`

/** The stamp of what stands there afterwards; null, and nothing written, when another page has written since `seen`. */
export const putDraft = (db: AccountDb, draft: Draft, seen: string | null, stamp: string): Promise<string | null> =>
  alive(db, () =>
    db.transaction('rw', db.meta, async () => {
      const name = nameOf(draft.book, draft.entry)
      const known = (await db.meta.get(name))?.body as KeptDraft | undefined
      if (known && JSON.stringify(known.draft) === JSON.stringify(draft)) return known.stamp
      if (known && known.stamp !== seen) return null
      await db.meta.put({ name, body: { draft, stamp } })
      return stamp
    }),
  )

/** An older build kept one draft for all books; it is found by the book it names. */
export const readDraftOf = (db: AccountDb, book: string, entry = ''): Promise<KeptDraft | undefined> =>
  alive(db, async () => {
    const row = await db.meta.get(nameOf(book, entry))
    if (row) return row.body as KeptDraft
    const old = (await db.meta.get('draft'))?.body as Draft | undefined
    return old?.book === book && !entry ? { draft: old, stamp: '' } : undefined
  })

export const dropDraftOf = (db: AccountDb, book: string, entry = ''): Promise<void> =>
  alive(db, () =>
    db.transaction('rw', db.meta, async () => {
      await db.meta.delete(nameOf(book, entry))
      const old = (await db.meta.get('draft'))?.body as Draft | undefined
      if (old?.book === book && !entry) await db.meta.delete('draft')
    }),
  )
