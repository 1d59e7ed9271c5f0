/* One book as a screen shows it. */
import { computed, type ComputedRef, type Ref } from 'vue'
import type { AccountDb } from '../db/account'
import { readDocs, readHeads } from '../db/docs'
import { readPeople } from '../db/meta'
import { readOutboxOf } from '../db/outbox'
import { replay, type View } from '../db/replay'
import { claimedMinutes, confirmedMinutes, creditedMinutes, standingSeals } from '../sync/book'
import type { BookDoc, Doc, EntryDoc, Plan } from '../sync/book'
import { lessonsTenths } from '../sync/credit'
import { useLive } from './live'

type EntryState = 'local' | 'logged' | 'signed' | 'credited' | 'returned' | 'withdrawn' | 'attention'

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
interface Impression {
  character: '签' | '认'
  struck: boolean
}

export interface Day {
  day: string
  entries: EntryShown[]
}

const isEntry = (doc: Doc): doc is EntryDoc => doc.kind === 'entry'
const isBook = (doc: Doc): doc is BookDoc => doc.kind === 'book'

function stateOf(entry: EntryDoc, view: View): EntryState {
  if (view.attention.has(entry.id) || entry.rivals.length > 0) return 'attention'
  if (view.local.has(entry.id)) return 'local'
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

export function daysOf(view: View, names: ReadonlyMap<string, string>): Day[] {
  const days = new Map<string, EntryShown[]>()
  for (const entry of [...view.docs.values()].filter(isEntry)) {
    const signers = standingSeals(entry).map((seal) => names.get(seal.by) ?? '—')
    const minutes = claimedMinutes(entry.content)
    const seen = { state: stateOf(entry, view), seals: sealsOf(entry), reason: reasonOf(entry) }
    const shown = { id: entry.id, entry, minutes, signers, ...seen }
    days.set(entry.content.day, [...(days.get(entry.content.day) ?? []), shown])
  }
  const byStart = (a: EntryShown, b: EntryShown) => a.entry.content.start - b.entry.content.start
  return [...days]
    .map(([day, entries]): Day => ({ day, entries: entries.sort(byStart) }))
    .sort((a, b) => (a.day < b.day ? 1 : -1))
}

interface Totals {
  logged: number
  signed: number
  credited: number
}

export function totalsOf(days: Day[]): Totals {
  const totals = { logged: 0, signed: 0, credited: 0 }
  for (const { entry, minutes } of days.flatMap((day) => day.entries)) {
    if (entry.state === 'withdrawn') continue
    totals.logged += minutes
    totals.signed += confirmedMinutes(entry)
    totals.credited += creditedMinutes(entry)
  }
  return totals
}

/** 学时 with one digit, rounded down; nothing before a plan says how long one is. */
export const lessonsOf = (minutes: number, plan: Plan | null): string =>
  plan ? (lessonsTenths(minutes, plan.rules.lesson_minutes) / 10).toFixed(1) : ''

interface BookShown {
  head: ComputedRef<BookDoc | null>
  view: ComputedRef<View>
  days: ComputedRef<Day[]>
  read: Ref<boolean>
}

interface BookChoice {
  id: string
  occupation: string
  apprentice: string
  /** The apprentice's name, empty until it is known here. */
  owner: string
}

/** The apprenticeship books this account may see, own ones first. */
export function useBooks(db: AccountDb, person: string): { books: ComputedRef<BookChoice[]>; read: Ref<boolean> } {
  const live = useLive(() => readHeads(db), [])
  const names = useNames(db)
  const books = computed(() =>
    live.now.value
      .map(({ id, occupation, apprentice }) => ({ id, occupation, apprentice, owner: names.value.get(apprentice) ?? '' }))
      .sort((a, b) => Number(b.apprentice === person) - Number(a.apprentice === person) || (a.id < b.id ? -1 : 1)),
  )
  return { books, read: live.read }
}

/** Who people are, by id; names never travel in operations. */
function useNames(db: AccountDb): ComputedRef<ReadonlyMap<string, string>> {
  const people = useLive(() => readPeople(db), [])
  return computed(() => new Map(people.now.value.map((person) => [person.id, person.name])))
}

export function useBook(db: AccountDb, id: Ref<string | null>): BookShown {
  const which = () => id.value ?? ''
  const docs = useLive(() => readDocs(db, which()), [], which)
  const outbox = useLive(() => readOutboxOf(db, which()), [], which)
  const names = useNames(db)
  const view = computed(() => replay(docs.now.value, outbox.now.value))
  const head = computed(() => {
    const doc = view.value.docs.get(which())
    return doc && isBook(doc) ? doc : null
  })
  return { head, view, days: computed(() => daysOf(view.value, names.value)), read: docs.read }
}
