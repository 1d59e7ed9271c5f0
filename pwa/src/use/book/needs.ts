/* Entries of my own that wait for me: returned, asked about, or written twice. */
import { computed, type ComputedRef } from 'vue'
import type { AccountDb } from '../../db/account/account'
import { readHeads } from '../../db/book/docs'
import type { View } from '../../db/book/replay'
import { readView } from '../../db/book/shelf'
import type { NoteDoc } from '../../sync/book'
import { daysOf, useNames, type EntryShown } from './book'
import { useLive } from '../screen/live'

export interface EntryNeed {
  book: string
  shown: EntryShown
  why: 'rivals' | 'returned' | 'queried'
  /** Who returned or asked. */
  by: string
  /** What was answered since the last question. */
  answer: string
}

interface Read {
  book: string
  view: View
}

async function readOwn(db: AccountDb, person: string): Promise<Read[]> {
  const heads = await readHeads(db)
  const found: Read[] = []
  for (const { id } of heads.filter(({ apprentice }) => apprentice === person)) found.push({ book: id, view: await readView(db, id) })
  return found
}

function whyOf({ entry, state }: EntryShown): EntryNeed['why'] | null {
  if (entry.rivals.length) return 'rivals'
  // What has been written to it since and only waits to be sent needs nobody.
  if (state === 'local') return null
  return entry.state === 'returned' || entry.state === 'queried' ? entry.state : null
}

type Notes = ReadonlyMap<string | null, NoteDoc[]>

function notesOf(view: View): Notes {
  const notes = new Map<string | null, NoteDoc[]>()
  for (const doc of view.docs.values()) if (doc.kind === 'note') notes.set(doc.about, [...(notes.get(doc.about) ?? []), doc])
  return notes
}

function answerTo({ entry }: EntryShown, notes: Notes): string {
  const asked = entry.queries.at(-1)?.at ?? 0
  return notes.get(entry.id)?.filter(({ by, at }) => by === entry.by && at >= asked).at(-1)?.text ?? ''
}

export function entryNeedsOf({ book, view }: Read, names: ReadonlyMap<string, string>): EntryNeed[] {
  const notes = notesOf(view)
  return daysOf(view, names).flatMap(({ entries }) =>
    entries.flatMap((shown) => {
      const why = whyOf(shown)
      if (!why) return []
      const by = (why === 'returned' ? shown.entry.returns.at(-1)?.by : shown.entry.queries.at(-1)?.by) ?? ''
      return [{ book, shown, why, by: names.get(by) ?? '', answer: why === 'queried' ? answerTo(shown, notes) : '' }]
    }),
  )
}

export function useEntryNeeds(db: AccountDb, person: string): { needs: ComputedRef<EntryNeed[]>; read: ComputedRef<boolean> } {
  const live = useLive(() => readOwn(db, person), [])
  const names = useNames(db)
  const needs = computed(() => live.now.value.flatMap((read) => entryNeedsOf(read, names.value)))
  return { needs, read: computed(() => live.read.value) }
}
