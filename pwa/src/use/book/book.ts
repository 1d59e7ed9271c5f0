/* One book as a screen shows it. */
import { computed, type ComputedRef, type Ref } from 'vue'
import type { AccountDb } from '../../db/account/account'
import { knownHeads, readHeads } from '../../db/book/docs'
import { readPeople } from '../../db/account/meta'
import type { View } from '../../db/book/replay'
import { knownView, readView } from '../../db/book/shelf'
import { claimedMinutes, standingSeals } from '../../sync/book'
import type { BookDoc, Doc, EntryDoc } from '../../sync/book'
import { type Sums, sumsOf } from '../../sync/sums'
import { useLive } from '../screen/live'

export type EntryState = 'local' | 'logged' | 'signed' | 'credited' | 'returned' | 'withdrawn' | 'attention'

export interface EntryShown {
  id: string
  entry: EntryDoc
  minutes: number
  state: EntryState
  signers: string[]
  seals: Impression[]
  /** Why it was returned, queried or withdrawn, in the words of who did it. */
  reason: string
}

/** A seal on the page: 签 of who signed, 认 of the college. A struck one was given to an older version. */
export interface Impression {
  character: '签' | '认'
  struck: boolean
}

export interface Day {
  day: string
  entries: EntryShown[]
}

const isEntry = (doc: Doc): doc is EntryDoc => doc.kind === 'entry'
const isBook = (doc: Doc): doc is BookDoc => doc.kind === 'book'

/** What this phone knows of its documents beyond what stands in them. */
export type Marks = Readonly<Record<'local' | 'attention', ReadonlySet<string>>>

export function stateOf(entry: EntryDoc, view: Marks): EntryState {
  if (view.attention.has(entry.id) || entry.rivals.length > 0) return 'attention'
  // What is taken back looks taken back at once; that it has not been sent yet, the status line counts.
  if (view.local.has(entry.id) && entry.state !== 'withdrawn') return 'local'
  return entry.state === 'queried' ? 'attention' : entry.state
}

function sealsOf(entry: EntryDoc): Impression[] {
  const signed: Impression[] = entry.seals.length ? [{ character: '签', struck: standingSeals(entry).length === 0 }] : []
  return entry.state === 'credited' ? [...signed, { character: '认', struck: false }] : signed
}

function reasonOf({ state, returns, queries, withdrawn }: EntryDoc): string {
  if (state === 'returned') return returns[returns.length - 1]?.reason ?? ''
  if (state === 'queried') return queries[queries.length - 1]?.reason ?? ''
  return state === 'withdrawn' ? (withdrawn?.reason ?? '') : ''
}

type Names = ReadonlyMap<string, string>

function show(entry: EntryDoc, state: EntryState, names: Names): EntryShown {
  const signers = standingSeals(entry).map((seal) => names.get(seal.by) ?? '—')
  const minutes = claimedMinutes(entry.content)
  return { id: entry.id, entry, minutes, state, signers, seals: sealsOf(entry), reason: reasonOf(entry) }
}

/** What was shown of a document is shown again while neither it nor the names have changed. */
const seen = new WeakMap<EntryDoc, { names: Names; shown: EntryShown }>()

export function shownOf(entry: EntryDoc, view: View, names: Names): EntryShown {
  const state = stateOf(entry, view)
  const known = seen.get(entry)
  if (known && known.names === names && known.shown.state === state) return known.shown
  const shown = show(entry, state, names)
  seen.set(entry, { names, shown })
  return shown
}

export function daysOf(view: View, names: Names): Day[] {
  const days = new Map<string, EntryShown[]>()
  for (const entry of view.docs.values()) {
    if (!isEntry(entry)) continue
    const shown = shownOf(entry, view, names)
    const those = days.get(entry.content.day)
    if (those) those.push(shown)
    else days.set(entry.content.day, [shown])
  }
  const byStart = (a: EntryShown, b: EntryShown) => a.entry.content.start - b.entry.content.start
  return [...days]
    .map(([day, entries]): Day => ({ day, entries: entries.sort(byStart) }))
    .sort((a, b) => (a.day < b.day ? 1 : -1))
}

export const totalsOf = (days: Day[]): Sums => sumsOf(days.flatMap(({ entries }) => entries.map(({ entry }) => entry)))

interface BookShown {
  head: ComputedRef<BookDoc | null>
  view: ComputedRef<View>
  days: ComputedRef<Day[]>
  read: Ref<boolean>
}

interface BookChoice {
  id: string
  head: BookDoc
  occupation: string
  apprentice: string
  /** The apprentice's name, empty until it is known here. */
  owner: string
}

/** The apprenticeship books this account may see, own ones first. */
export function useBooks(db: AccountDb, person: string): { books: ComputedRef<BookChoice[]>; read: Ref<boolean> } {
  const live = useLive(() => readHeads(db), [], { known: () => knownHeads(db)?.books ?? null })
  const names = useNames(db)
  const books = computed(() =>
    live.now.value
      .map((head) => ({ id: head.id, head, occupation: head.occupation, apprentice: head.apprentice, owner: names.value.get(head.apprentice) ?? '' }))
      .sort((a, b) => Number(b.apprentice === person) - Number(a.apprentice === person) || (a.id < b.id ? -1 : 1)),
  )
  return { books, read: live.read }
}

interface OwnBooks {
  books: ComputedRef<BookChoice[]>
  own: ComputedRef<BookChoice[]>
  which: ComputedRef<string | null>
  read: Ref<boolean>
}

/** My own books, and which of them a screen is about: the one asked for, else the first of mine, never somebody else's. */
export function useOwnBook(db: AccountDb, person: string, asked: () => string): OwnBooks {
  const { books, read } = useBooks(db, person)
  const own = computed(() => books.value.filter(({ apprentice }) => apprentice === person))
  return { books, own, which: computed(() => asked() || (own.value[0]?.id ?? null)), read }
}

/** Who people are, by id; names never travel in operations. */
export function useNames(db: AccountDb): ComputedRef<Names> {
  const people = useLive(() => readPeople(db), [])
  return computed(() => new Map(people.now.value.map((person) => [person.id, person.name])))
}

const NOTHING: View = { docs: new Map(), local: new Set(), attention: new Set() }

/** `before` shows what was read of it last until it is read anew: for screens that only show. */
export function useBook(db: AccountDb, id: Ref<string | null>, before = false): BookShown {
  const which = () => id.value ?? ''
  const live = useLive<View>(() => readView(db, which()), NOTHING, { source: which, known: () => (before ? knownView(db, which()) : null) })
  const names = useNames(db)
  const view = computed(() => live.now.value)
  const head = computed(() => {
    const doc = view.value.docs.get(which())
    return doc && isBook(doc) ? doc : null
  })
  return { head, view, days: computed(() => daysOf(view.value, names.value)), read: live.read }
}
