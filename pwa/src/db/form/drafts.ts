/* Forms that are not saved yet, each under a name of its own: hours for each book and for each thing the form is opened for (an
   entry that is revised or copied, refused work, a timer), claims for each book and for each result that is mended. A page that
   does not know what stands there replaces nothing and takes nothing away. */
import type { AccountDb } from '../account/account'
import { alive } from '../account/handle'
import type { ClaimDraft, HoursDraft, Kept, Meta } from '../account/meta'
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

const OLD = ['draft', 'claim_draft'] as const

function oldOf(name: DraftName, rows: (MetaRow | undefined)[]): { name: string; draft: unknown } | null {
  const [hours, claim] = rows.map((row) => row?.body) as [HoursDraft | undefined, ClaimDraft | undefined]
  if (hours && hoursName(hours.book) === name) return { name: 'draft', draft: hours }
  return claim && claimName(claim.book, claim.result?.id) === name ? { name: 'claim_draft', draft: claim } : null
}

/** Where an older build kept the one draft it had: found by the form it belongs to. */
async function readOld(db: AccountDb, name: DraftName): Promise<{ name: string; draft: unknown } | null> {
  return oldOf(name, await db.meta.bulkGet([...OLD]))
}

export const readDraftOf = <N extends DraftName>(db: AccountDb, name: N): Promise<Kept<DraftOf<N>> | undefined> =>
  alive(db, async () => {
    const row = await db.meta.get(name)
    if (row) return row.body as Kept<DraftOf<N>>
    const old = await readOld(db, name)
    return old ? { draft: old.draft as DraftOf<N>, stamp: '' } : undefined
  })

/** A form as its page has seen it last: under which name, with which stamp; null has seen nothing. */
export interface SeenDraft {
  name: DraftName
  stamp: string | null
}

/** The rows of meta that say what goes with a form. */
export const namesSeen = ({ name, stamp }: SeenDraft): string[] => (stamp === null ? [] : [name, ...OLD])

/** Which of those rows go with it: only what the page has seen. */
export function goneWith({ name, stamp }: SeenDraft, [row, ...old]: (MetaRow | undefined)[]): string[] {
  const known = row?.body as Kept<unknown> | undefined
  if (known && known.stamp !== stamp) return []
  const before = oldOf(name, old)
  return [...(row ? [name] : []), ...(before ? [before.name] : [])]
}

export const dropDraftOf = (db: AccountDb, seen: SeenDraft): Promise<void> =>
  alive(db, () => db.transaction('rw', db.meta, async () => db.meta.bulkDelete(goneWith(seen, await db.meta.bulkGet(namesSeen(seen))))))

/** Photos of forms that are being written: they wait as long as the form does. */
export async function readFormPhotos(db: AccountDb): Promise<Set<string>> {
  const rows = await alive(db, () => db.meta.where('name').startsWithAnyOf('draft', 'claim').toArray())
  // An older build kept the draft bare; a claim holds its form within.
  const drafts = rows.map(({ body }) => ((body as { draft?: unknown }).draft ?? body) as { photos?: string[]; form?: { photos?: string[] } })
  return new Set(drafts.flatMap(({ form, photos }) => form?.photos ?? photos ?? []))
}
