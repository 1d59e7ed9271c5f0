/* What the first screen tells of today. */
import { computed, type ComputedRef, type Ref } from 'vue'
import type { AccountDb } from '../../db/account/account'
import { readMeta } from '../../db/account/meta'
import { firstSums } from '../../db/book/first'
import { weekdayOf } from '../../sync/days'
import { type Sums } from '../../sync/sums'
import { totalsOf, type Day, type EntryShown } from './book'
import { useLive } from '../screen/live'

export const entriesOf = (days: Day[], day: string): EntryShown[] =>
  (days.find((known) => known.day === day)?.entries ?? []).filter(({ entry }) => entry.state !== 'withdrawn')

/** What "once more" copies: the last entry of the same weekday, for most weeks look like the week before, else the last one. */
export function entryToRepeat(days: Day[], today: string): EntryShown | null {
  const stands = ({ entry }: EntryShown) => entry.state !== 'withdrawn'
  const written = days.filter(({ day, entries }) => day <= today && entries.some(stands))
  const likely = written.find(({ day }) => day < today && weekdayOf(day) === weekdayOf(today)) ?? written[0]
  return likely?.entries.filter(stands).at(-1) ?? null
}

/** What the book comes to; until it is read, what it came to last time; null while nobody knows. */
export function useTotals(db: AccountDb, which: Ref<string | null>, { days, read }: { days: Ref<Day[]>; read: Ref<boolean> }): ComputedRef<Sums | null> {
  const id = () => which.value ?? ''
  const before = useLive(() => readMeta(db, `sums:${id()}`), undefined, { source: id, known: () => firstSums(db, id()) })
  return computed(() => (read.value ? totalsOf(days.value) : (before.now.value ?? null)))
}
