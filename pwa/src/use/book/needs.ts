/* What needs this person, counted once for every screen that says a number: ops the server did not simply take, entries and
   results of his own that wait for him, photos nobody will have. */
import { computed, type ComputedRef } from 'vue'
import type { AccountDb } from '../../db/account/account'
import { readHeads } from '../../db/book/docs'
import type { View } from '../../db/book/replay'
import { readView } from '../../db/book/shelf'
import type { PhotoRow } from '../../db/form/photos'
import type { EntryDoc, NoteDoc, ResultDoc } from '../../sync/book'
import { useLive } from '../screen/live'
import { readTroubles, type Trouble } from './attention'
import { shownOf, useNames, type EntryShown } from './book'
import { usePhotosRefused } from './photos'

export interface EntryNeed {
  book: string
  shown: EntryShown
  why: 'rivals' | 'returned' | 'queried'
  /** Who returned or asked. */
  by: string
  /** What was answered since the last question. */
  answer: string
}

/** A result two phones have written, and nobody has chosen between. */
export interface ResultNeed {
  book: string
  result: ResultDoc
}

interface Read {
  book: string
  view: View
}

async function readOwn(db: AccountDb, person: string): Promise<Read[]> {
  const heads = await readHeads(db)
  const own = heads.filter(({ apprentice }) => apprentice === person)
  return Promise.all(own.map(async ({ id }) => ({ book: id, view: await readView(db, id) })))
}

function whyOf(entry: EntryDoc, { local, attention }: View): EntryNeed['why'] | null {
  if (entry.rivals.length) return 'rivals'
  // What has been written to it since and only waits to be sent needs nobody.
  if (local.has(entry.id) && !attention.has(entry.id)) return null
  return entry.state === 'returned' || entry.state === 'queried' ? entry.state : null
}

function answerTo(entry: EntryDoc, view: View): string {
  const asked = entry.queries.at(-1)?.at ?? 0
  const isAnswer = (doc: { kind: string }): doc is NoteDoc => doc.kind === 'note'
  const notes = [...view.docs.values()].filter(isAnswer).filter(({ about, by, at }) => about === entry.id && by === entry.by && at >= asked)
  return notes.at(-1)?.text ?? ''
}

/** Newest day first. A book of a thousand entries is passed over once; only what needs somebody is looked at. */
export function entryNeedsOf({ book, view }: Read, names: ReadonlyMap<string, string>): EntryNeed[] {
  const found: EntryNeed[] = []
  for (const entry of view.docs.values()) {
    const why = entry.kind === 'entry' ? whyOf(entry, view) : null
    if (entry.kind !== 'entry' || !why) continue
    const by = (why === 'returned' ? entry.returns.at(-1)?.by : entry.queries.at(-1)?.by) ?? ''
    found.push({ book, shown: shownOf(entry, view, names), why, by: names.get(by) ?? '', answer: why === 'queried' ? answerTo(entry, view) : '' })
  }
  const when = ({ shown: { entry } }: EntryNeed) => `${entry.content.day} ${String(9999 - entry.content.start)}`
  return found.sort((a, b) => (when(a) < when(b) ? 1 : -1))
}

const resultNeedsOf = ({ book, view }: Read): ResultNeed[] =>
  [...view.docs.values()].flatMap((doc) => (doc.kind === 'result' && doc.rivals.length ? [{ book, result: doc }] : []))

export interface Needs {
  troubles: ComputedRef<Trouble[]>
  /** Those that were answered stand last: they wait for somebody else, and are not counted. */
  entries: ComputedRef<EntryNeed[]>
  results: ComputedRef<ResultNeed[]>
  photos: ComputedRef<PhotoRow[]>
  /** null until all is read. */
  count: ComputedRef<number | null>
  /** Nothing but entries that came back. */
  onlyReturned: ComputedRef<boolean>
}

export function useNeeds(db: AccountDb, person: string): Needs {
  const names = useNames(db)
  const ops = useLive(() => readTroubles(db), [])
  const own = useLive(() => readOwn(db, person), [])
  const refused = usePhotosRefused(db)
  const troubles = computed(() => ops.now.value)
  const found = computed(() => own.now.value.flatMap((read) => entryNeedsOf(read, names.value)))
  const open = computed(() => found.value.filter(({ answer }) => !answer))
  const entries = computed(() => [...open.value, ...found.value.filter(({ answer }) => answer)])
  const results = computed(() => own.now.value.flatMap(resultNeedsOf))
  const photos = computed(() => refused.now.value)
  const sum = computed(() => troubles.value.length + open.value.length + results.value.length + photos.value.length)
  const read = computed(() => ops.read.value && own.read.value && (refused.read.value || refused.failed.value))
  const onlyReturned = computed(() => sum.value === open.value.length && open.value.every(({ why }) => why === 'returned'))
  return { troubles, entries, results, photos, count: computed(() => (read.value ? sum.value : null)), onlyReturned }
}
