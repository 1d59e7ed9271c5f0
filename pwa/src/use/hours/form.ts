/* What the hours form begins with, and what it becomes. Pure: the book, the timer and the clock come in. */
import type { HoursDraft, HoursForm } from '../../db/account/meta'
import type { EntryContent, PlaceKind, Plan, PresenceDoc, Docs } from '../../sync/book'
import { codeOf, unwritten } from '../base/presence'
import type { Day } from '../book/book'
import { placeIdOf } from './hours'
import type { Earlier } from './similar'
import { habitOf, proposalFor } from './span'
import type { Span } from './timer'

export type { HoursForm }

export const blank = (day: string): HoursForm => ({
  ...{ day, start: 480, end: 720, break: 0, module: '', place: '', text: '', safety: false },
  ...{ photos: [], late_reason: '', presence: null },
})

/** A content as the form shows it. */
export function formOf(content: EntryContent): HoursForm {
  const { day, start, end, break: rest, module, text, safety, photos, late_reason, presence } = content
  return { day, start, end, break: rest, module, place: placeIdOf(content), text, safety, photos: [...photos], late_reason: late_reason ?? '', presence }
}

/** The same work once more, today: its words and places, not its proofs. */
export const copyOf = (content: EntryContent, today: string): HoursForm => ({
  ...formOf(content), ...{ day: today, photos: [], late_reason: '', presence: null, safety: false },
})

/** Refused work once more, whole; in a locked month it is logged today, and `retold` says for which day. */
export const redoOf = (content: EntryContent, locked: boolean, today: string, retold: string): HoursForm =>
  locked ? { ...formOf(content), day: today, text: retold, presence: null } : formOf(content)

interface Opened {
  revised: string
  copied: string
  redone: string
}

/** What a form is opened for, its draft's name within the book: no form takes the place of another that is not saved yet. */
export function openedFor({ revised, copied, redone }: Opened, timed: number | null): string {
  if (revised) return revised
  if (copied) return `copy:${copied}`
  if (redone) return `redo:${redone}`
  return timed === null ? '' : `timer:${timed}`
}

/** A draft as the form goes on with it; a timer that ran on takes its end along unless somebody moved it. */
export function resumed({ book: _book, entry: _entry, version: _version, measured, ...form }: HoursDraft, timed: Span | null): HoursForm {
  return timed && timed.day === form.day && form.end === measured ? { ...form, end: timed.end } : form
}

interface Known {
  days: Day[]
  docs: Docs
  person: string
  plan: Plan | null
  today: string
  minute: number
  /** What the timer has measured, if it runs or was just stopped. */
  timed: Span | null
}

export function prefill({ days, docs, person, plan, today, minute, timed }: Known): HoursForm {
  const day = timed?.day ?? today
  const habit = habitOf(days, day)
  const here = unwritten(docs, person, today)
  const first = habit ? copyOf(habit, day) : blank(day)
  const form = { ...first, text: '', module: known(plan, first.module) }
  if (timed) return { ...form, start: timed.start, end: timed.end, break: 0 }
  const left = here && (here.end ?? minute)
  if (here && left && here.start < left) {
    const module = known(plan, codeOf(here)?.module ?? '') || form.module
    return { ...form, start: here.start, end: left, break: 0, module, place: placeAt(here, plan), presence: here.id }
  }
  const { start, end, break: rest } = proposalFor(days, plan, day, null)
  return { ...form, start, end, break: rest }
}

/** How the plan calls the base he is at; '' where it has several and none of them is surely that one. */
function placeAt(here: PresenceDoc, plan: Plan | null): string {
  const bases = (plan?.places ?? []).filter(({ kind }) => kind === 'base')
  const [first, second] = bases
  const same = bases.find(({ id }) => id === here.base) ?? bases.find(({ name }) => name === codeOf(here)?.name)
  if (same) return same.id
  return first ? (second ? '' : first.id) : placeIdOf({ place: null, place_kind: 'base' })
}

const known = (plan: Plan | null, module: string): string => (plan?.modules.some(({ code }) => code === module) ? module : '')

/** The modules of the plan, those that are used most first. */
export function modulesByUse(plan: Plan | null, days: Day[]): { id: string; name: string }[] {
  const used = new Map<string, number>()
  for (const { entry } of days.flatMap(({ entries }) => entries)) used.set(entry.content.module, (used.get(entry.content.module) ?? 0) + 1)
  return (plan?.modules ?? [])
    .map(({ code, name }) => ({ id: code, name }))
    .sort((a, b) => (used.get(b.id) ?? 0) - (used.get(a.id) ?? 0))
}

/** Texts written before, the newest first, each once. */
export const earlierTexts = (days: Day[], but: string | null): Earlier[] =>
  days.flatMap(({ day, entries }) =>
    entries.filter(({ id, entry }) => id !== but && entry.state !== 'withdrawn' && entry.content.text).map(({ id, entry }) => ({ id, day, text: entry.content.text })),
  )

export const recentTexts = (earlier: Earlier[], most: number): string[] => [...new Set(earlier.map(({ text }) => text))].slice(0, most)

interface Where {
  kind: PlaceKind
  place: string | null
}

/** What an op will say; null while module or place are not chosen, or the break is no number. */
export function contentOf(form: HoursForm, plan: Plan | null, where: Where | undefined, late: boolean): Omit<EntryContent, 'shared'> | null {
  const module = plan?.modules.find(({ code }) => code === form.module)
  const { day, start, end, text, safety, photos, presence } = form
  if (!module || !where || !Number.isInteger(form.break) || Number(form.break) < 0) return null
  const late_reason = late ? form.late_reason.trim() || null : null
  const at = { day, start, end, break: Number(form.break), module: module.code, nature: module.nature }
  return { ...at, place_kind: where.kind, place: where.place, text, photos: [...photos], safety, late_reason, presence: where.kind === 'base' ? presence : null }
}
