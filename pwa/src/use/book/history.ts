/* Everything that happened to an entry, in order: who, when, with which device, and what a version said. The document names every
   op that made it; what those ops held beside, this phone knows only of the ops it has. */
import { computed, type ComputedRef, type Ref } from 'vue'
import type { AccountDb } from '../../db/account/account'
import { readOpsOf, type HeldOp } from '../../db/book/history'
import { readKey } from '../../db/account/keys'
import type { OutboxState } from '../../db/account/rows'
import type { Doc, EntryContent, EntryDoc, NoteDoc, ResetDoc } from '../../sync/book'
import { useLive } from '../screen/live'

/** here: this phone wrote it; other: another device did; desk: the college's own; unknown: this phone does not hold the op. */
export type Device = 'here' | 'other' | 'desk' | 'unknown'

/** One thing that happened, to an entry or to a result. */
export interface Past<What extends string> {
  op: string
  what: What
  by: string
  at: number | null
  words: string
}

type EntryWhat = 'logged' | 'revised' | 'rival' | 'signed' | 'returned' | 'credited' | 'queried' | 'reversed' | 'withdrawn' | 'noted' | 'reset'

export interface EntryPast extends Past<EntryWhat> {
  device: Device
  minutes: number | null
  scores: { skill: string; score: number }[]
  struck: boolean
  /** Which version it is or concerns, counted from 1. */
  version: number | null
  /** What a version says, as far as this phone knows. */
  content: EntryContent | null
  /** Whose access was made anew, and who confirmed it. */
  reset: { person: string; second: string } | null
  /** Where its op is while the server has not taken it. */
  state: OutboxState | null
}

const DESK: ReadonlySet<EntryWhat> = new Set(['credited', 'queried', 'reversed', 'reset'])

type Bare = Pick<EntryPast, 'op' | 'what' | 'by'> & Partial<EntryPast>

const past = (bare: Bare): EntryPast => ({
  ...{ at: null, device: 'unknown', minutes: null, words: '', scores: [], struck: false, version: null, content: null, reset: null, state: null },
  ...bare,
})

function contentsOf(entry: EntryDoc, held: ReadonlyMap<string, HeldOp>): Map<string, EntryContent> {
  const known = new Map<string, EntryContent>([[entry.version, entry.content]])
  for (const { op, content } of entry.rivals) known.set(op, content)
  for (const [id, { op }] of held) {
    if ((op.kind === 'entry.logged' || op.kind === 'entry.revised') && op.fields) known.set(id, op.fields as unknown as EntryContent)
  }
  return known
}

function versionsOf(entry: EntryDoc, held: ReadonlyMap<string, HeldOp>): EntryPast[] {
  const contents = contentsOf(entry, held)
  const rivals = new Map(entry.rivals.map((rival) => [rival.op, rival]))
  return entry.versions.map(({ op, minutes }, place) => {
    const what = place === 0 ? 'logged' : rivals.has(op) ? 'rival' : 'revised'
    const at = place === 0 ? entry.at : (rivals.get(op)?.at ?? held.get(op)?.op.at ?? null)
    return past({ op, what, by: entry.by, at, minutes, version: place + 1, content: contents.get(op) ?? null })
  })
}

function answersOf(entry: EntryDoc): EntryPast[] {
  const number = new Map(entry.versions.map(({ op }, place) => [op, place + 1]))
  const version = (of: string | null) => (of === null ? null : (number.get(of) ?? null))
  const { recognised, withdrawn } = entry
  return [
    ...entry.seals.map(({ op, by, at, minutes, note, scores, struck, of }) =>
      past({ op, what: 'signed', by, at, minutes, words: note ?? '', scores, struck, version: version(of) }),
    ),
    ...entry.returns.map(({ op, by, at, reason, of }) => past({ op, what: 'returned', by, at, words: reason, version: version(of) })),
    ...entry.queries.map(({ op, by, at, reason }) => past({ op, what: 'queried', by, at, words: reason })),
    ...entry.reversals.map(({ op, by, at, reason, minutes }) => past({ op, what: 'reversed', by, at, words: reason, minutes })),
    ...(recognised ? [past({ op: recognised.op, what: 'credited', by: recognised.by, at: recognised.at, minutes: recognised.minutes, words: recognised.note ?? '' })] : []),
    ...(withdrawn ? [past({ op: withdrawn.op, what: 'withdrawn', by: entry.by, at: withdrawn.at, words: withdrawn.reason })] : []),
  ]
}

function notesAbout(docs: Iterable<Doc>, id: string): EntryPast[] {
  const notes = [...docs].filter((doc): doc is NoteDoc => doc.kind === 'note' && doc.about === id)
  return notes.map(({ id: op, by, at, text }) => past({ op, what: 'noted', by, at, words: text }))
}

/** Who signed here and had his access made anew: before or after, it says which phone the seal is of. */
function resetsOf({ seals }: EntryDoc, docs: Iterable<Doc>): EntryPast[] {
  const resets = [...docs].filter((doc): doc is ResetDoc => doc.kind === 'reset' && seals.some(({ by }) => by === doc.person))
  return resets.map(({ id: op, by, at, reason, person, second }) => past({ op, what: 'reset', by, at, words: reason, reset: { person, second } }))
}

function deviceOf({ op, what }: EntryPast, held: HeldOp | undefined, key: string | null): Device {
  if (DESK.has(what)) return 'desk'
  if (held) return held.op.kid === key ? 'here' : 'other'
  // This phone keeps what it writes: what it does not hold, another one wrote. A note's step is named by its document.
  return what === 'noted' || op === '' ? 'unknown' : 'other'
}

export const isVersion = ({ what }: EntryPast): boolean => what === 'logged' || what === 'revised' || what === 'rival'

/** By their hour; a version whose hour nobody here knows stands after what was said of the one before it. */
function inOrder(all: EntryPast[]): EntryPast[] {
  const places = new Map<EntryPast, number>()
  let reached = 0
  for (const one of all.filter(isVersion)) {
    const said = all.filter((other) => other.at !== null && other.version === (one.version ?? 0) - 1).map((other) => other.at ?? 0)
    reached = one.at ?? Math.max(reached, ...said) + 0.5
    places.set(one, reached)
  }
  return [...all].sort((a, b) => (places.get(a) ?? a.at ?? 0) - (places.get(b) ?? b.at ?? 0))
}

export function pastOf(entry: EntryDoc, docs: ReadonlyMap<string, Doc>, held: HeldOp[], key: string | null): EntryPast[] {
  const byId = new Map(held.map((one) => [one.op.id, one]))
  const all = [...versionsOf(entry, byId), ...answersOf(entry), ...notesAbout(docs.values(), entry.id), ...resetsOf(entry, docs.values())]
  return inOrder(all.map((one) => ({ ...one, device: deviceOf(one, byId.get(one.op), key), state: byId.get(one.op)?.state ?? null })))
}

/** The fields in which two contents of one thing differ; one that is missing says the same as an empty one. */
export function differing<C extends object>(a: C, b: C): (keyof C & string)[] {
  const names = Object.keys({ ...a, ...b }) as (keyof C & string)[]
  return names.filter((name) => JSON.stringify(a[name] ?? null) !== JSON.stringify(b[name] ?? null))
}

export function useHistory(db: AccountDb, entry: Ref<EntryDoc | null>, docs: Ref<ReadonlyMap<string, Doc>>): ComputedRef<EntryPast[]> {
  const id = () => entry.value?.id ?? ''
  const held = useLive(() => readOpsOf(db, id()), [], { source: id })
  const key = useLive(async () => (await readKey(db))?.id ?? null, null)
  return computed(() => (entry.value ? pastOf(entry.value, docs.value, held.now.value, key.now.value) : []))
}
