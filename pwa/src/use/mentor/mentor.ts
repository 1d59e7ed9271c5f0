/* Everything that waits for a signer, over all the books in which he signs. One watch per account serves all screens that ask. */
import { computed, effectScope, onScopeDispose, shallowRef, watch, type ComputedRef, type EffectScope, type ShallowRef } from 'vue'
import type { AccountDb } from '../../db/account/account'
import { knownHeads, readHeads } from '../../db/book/docs'
import { readTroubled } from '../../db/book/outbox'
import type { View } from '../../db/book/replay'
import { readView } from '../../db/book/shelf'
import { SIGNERS, claimedMinutes, membersOf, servesOn, standingSeals, type BookDoc, type EntryDoc } from '../../sync/book'
import { dayOf, monthOf } from '../../sync/days'
import { useNames } from '../book/book'
import { useLive } from '../screen/live'

/** Why an entry that was looked at before is here again. */
type Again = 'new' | 'changed' | 'revised'

export interface Waiting {
  book: string
  id: string
  entry: EntryDoc
  minutes: number
  /** The day since which it waits for this signer: written, or come back after his last word on it. */
  since: string
  again: Again
  /** What the server said to his last act on it, when it said no. */
  word: string
}

/** A book in which this account signs, with what of it waits. */
export interface SignerBook {
  id: string
  /** The apprentice's name, empty until it is known here. */
  owner: string
  head: BookDoc
  view: View
  waiting: Waiting[]
}

interface SignerDesk {
  /** By the apprentice's name. */
  books: ComputedRef<SignerBook[]>
  read: ComputedRef<boolean>
}

const signsIn = (person: string) => (head: BookDoc) => membersOf(head, person).some((member) => SIGNERS.has(member.role))

const isEntry = (doc: { kind: string }): doc is EntryDoc => doc.kind === 'entry'

export const entriesOf = (view: View): EntryDoc[] => [...view.docs.values()].filter(isEntry)

function headOf(view: View, book: string): BookDoc | null {
  const doc = view.docs.get(book)
  return doc?.kind === 'book' ? doc : null
}

/** Whether this person's word on the entry is asked for: written, not by him, on a day he serves, not yet signed by him as it stands. */
export function waitsFor(head: BookDoc, entry: EntryDoc, person: string): boolean {
  const { state, content, by } = entry
  if (state !== 'logged' || by === person || head.locked.includes(monthOf(content.day))) return false
  const serves = membersOf(head, person).some((member) => SIGNERS.has(member.role) && servesOn(member, content.day))
  return serves && !standingSeals(entry).some((seal) => seal.by === person)
}

function waitingOf(id: string, head: BookDoc, view: View, person: string, words: ReadonlyMap<string, string>): Waiting[] {
  return entriesOf(view)
    .filter((entry) => waitsFor(head, entry, person))
    .map((entry): Waiting => {
      const seal = entry.seals.filter(({ by }) => by === person).reduce((last, { at }) => Math.max(last, at), 0)
      const back = entry.returns.reduce((last, { at }) => Math.max(last, at), 0)
      const again = seal > back ? 'changed' : back > 0 ? 'revised' : 'new'
      const since = dayOf(Math.max(entry.at, seal, back))
      const minutes = claimedMinutes(entry.content)
      return { book: id, id: entry.id, entry, minutes, since, again, word: words.get(entry.id) ?? '' }
    })
    .sort(byAge)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const byAge = (a: Waiting, b: Waiting): number =>
  compare(a.since, b.since) || compare(a.entry.content.day, b.entry.content.day) || a.entry.content.start - b.entry.content.start || compare(a.id, b.id)

/** Those for whom something waits, the one who has waited longest first. */
export function byWait(books: readonly SignerBook[]): SignerBook[] {
  const oldest = ({ waiting }: SignerBook): string => waiting[0]?.since ?? ''
  return books.filter(({ waiting }) => waiting.length > 0).sort((a, b) => compare(oldest(a), oldest(b)))
}

interface Watched {
  id: string
  view: ShallowRef<View>
  read: ShallowRef<boolean>
  waiting: ComputedRef<Waiting[]>
  scope: EffectScope
}

const EMPTY: View = { docs: new Map(), local: new Set(), attention: new Set() }

function watchBook(db: AccountDb, id: string, person: string, words: ComputedRef<ReadonlyMap<string, string>>): Watched {
  const scope = effectScope(true)
  return scope.run(() => {
    const { now: view, read } = useLive(() => readView(db, id), EMPTY)
    const waiting = computed(() => {
      const head = headOf(view.value, id)
      return head ? waitingOf(id, head, view.value, person, words.value) : []
    })
    return { id, view, read, waiting, scope }
  }) as Watched
}

/** What was said no to, by document: own sign-offs and returns the server did not take. */
function useWords(db: AccountDb): ComputedRef<ReadonlyMap<string, string>> {
  const { now } = useLive(() => readTroubled(db), [])
  const mine = computed(() => now.value.filter((row) => !row.carried && (row.kind === 'entry.signed' || row.kind === 'entry.returned')))
  return computed(() => new Map(mine.value.map((row) => [row.doc, row.word ?? 'unexpected'])))
}

function watchDesk(db: AccountDb, person: string): SignerDesk {
  const heads = useLive(() => readHeads(db), [], { known: () => knownHeads(db)?.books ?? null })
  const names = useNames(db)
  const words = useWords(db)
  const watched = shallowRef<Watched[]>([])
  const look = (now: BookDoc[]) => {
    const wanted = new Set(now.filter(signsIn(person)).map(({ id }) => id))
    for (const { id, scope } of watched.value) if (!wanted.has(id)) scope.stop()
    const kept = watched.value.filter(({ id }) => wanted.has(id))
    const known = new Set(kept.map(({ id }) => id))
    watched.value = [...kept, ...[...wanted].filter((id) => !known.has(id)).map((id) => watchBook(db, id, person, words))]
  }
  watch(heads.now, look, { immediate: true })
  onScopeDispose(() => watched.value.forEach(({ scope }) => scope.stop()))
  const books = computed(() =>
    watched.value
      .flatMap(({ id, view, waiting }): SignerBook[] => {
        const head = headOf(view.value, id)
        return head ? [{ id, head, owner: names.value.get(head.apprentice) ?? '', view: view.value, waiting: waiting.value }] : []
      })
      .sort((a, b) => a.owner.localeCompare(b.owner, 'zh-CN') || compare(a.id, b.id)),
  )
  return { books, read: computed(() => heads.read.value && watched.value.every(({ read }) => read.value)) }
}

interface Shared {
  desk: SignerDesk
  scope: EffectScope
  users: number
}

const desks = new WeakMap<AccountDb, Shared>()
const LINGER_MS = 10_000

/** Going from one screen to the next must not read everything anew: the last one to leave only closes it after a while. */
function lingering(db: AccountDb, shared: Shared): void {
  shared.users -= 1
  setTimeout(() => {
    if (shared.users > 0 || desks.get(db) !== shared) return
    desks.delete(db)
    shared.scope.stop()
  }, LINGER_MS)
}

export function useSignerDesk(db: AccountDb, person: string): SignerDesk {
  let shared = desks.get(db)
  if (!shared) {
    const scope = effectScope(true)
    shared = { scope, users: 0, desk: scope.run(() => watchDesk(db, person)) as SignerDesk }
    desks.set(db, shared)
  }
  const mine = shared
  mine.users += 1
  onScopeDispose(() => lingering(db, mine))
  return mine.desk
}

/** How many entries wait, for the tab. */
export function useWaitingCount(db: AccountDb, person: string): ComputedRef<number> {
  const { books } = useSignerDesk(db, person)
  return computed(() => books.value.reduce((sum, { waiting }) => sum + waiting.length, 0))
}
