/* Forms that are not saved yet, each under a name of its own: hours for each book and for each thing the form is opened for (an
   entry that is revised or copied, refused work, a timer), claims for each book and for each result that is mended. A page that
   does not know what stands there replaces nothing and takes nothing away. */
import type { AccountDb } from '../account/account'
import { alive } from '../account/handle'
import type { Kept, Meta } from '../account/meta'
import type { MetaRow } from '../account/rows'

export type DraftName = `draft:${string}` | `claim:${string}`

/** The draft of the form that goes by this name. */
export type DraftOf<N extends DraftName> = Meta[N] extends Kept<infer D> ? D : never

export const hoursName = (book: string, entry = ''): `draft:${string}` => `draft:${book}${entry && `:${entry}`}`
export const claimName = (book: string, result = ''): `claim:${string}` => `claim:${book}${result && `:${result}`}`

/** The stamp of what stands there afterwards; null, and nothing written, when another page has written since `seen`. */
export const putDraft = <N extends DraftName>(db: AccountDb, name: N, draft: DraftOf<N>, seen: string | null, stamp: string): Promise<string | null> =>
  alive(db, () =>
    db.transaction('rw', db.meta, async () => {
      const known = (await db.meta.get(name))?.body as Kept<DraftOf<N>> | undefined
      if (known && JSON.stringify(known.draft) === JSON.stringify(draft)) return known.stamp
      if (known && known.stamp !== seen) return null
      await db.meta.put({ name, body: { draft, stamp } })
      return stamp
    }),
  )

export const readDraftOf = <N extends DraftName>(db: AccountDb, name: N): Promise<Kept<DraftOf<N>> | undefined> =>
  alive(db, async () => (await db.meta.get(name))?.body as Kept<DraftOf<N>> | undefined)

/** A form as its page has seen it last: under which name, with which stamp; null has seen nothing. */
export interface SeenDraft {
  name: DraftName
  stamp: string | null
}

/** What stands under its name goes with the form when it is what the page has seen. */
export const goesWith = ({ stamp }: SeenDraft, row: MetaRow | undefined): boolean => row !== undefined && (row.body as Kept<unknown>).stamp === stamp

export const dropDraftOf = (db: AccountDb, seen: SeenDraft): Promise<void> =>
  alive(db, () =>
    db.transaction('rw', db.meta, async () => {
      if (goesWith(seen, await db.meta.get(seen.name))) await db.meta.delete(seen.name)
    }),
  )

/** Photos of forms that are being written: they wait as long as the form does. */
export async function readFormPhotos(db: AccountDb): Promise<Set<string>> {
  const rows = await alive(db, () => db.meta.where('name').startsWithAnyOf('draft:', 'claim:').toArray())
  // A claim holds its form within.
  const drafts = rows.map(({ body }) => (body as Kept<{ photos?: string[]; form?: { photos?: string[] } }>).draft)
  return new Set(drafts.flatMap(({ form, photos }) => form?.photos ?? photos ?? []))
}
