/* What stands under 需处理: ops the server did not simply take, each with what it says. */
import { computed, type ComputedRef, type Ref } from 'vue'
import type { AccountDb } from '../../db/account/account'
import { readMeta } from '../../db/account/meta'
import { readRow, readTroubled } from '../../db/book/outbox'
import { opOf } from '../../db/book/replay'
import type { OutboxRow, OutboxState } from '../../db/account/rows'
import type { EntryContent } from '../../sync/book'
import { useLive, type Live } from '../screen/live'

export interface Need {
  id: string
  book: string
  doc: string
  kind: string
  state: OutboxState
  word: string
  at: number
  carried: boolean
  /** What the person wrote, as far as it has words. */
  text: string
  day: string | null
  /** The hours it wanted to write, so that they can go into a new entry. */
  hours: EntryContent | null
}

const HOURS: ReadonlySet<string> = new Set(['entry.logged', 'entry.revised'])

const isText = (field: unknown): field is string => typeof field === 'string'

function needOf(row: OutboxRow): Need {
  const { id, book, doc, kind, state, word, at, carried } = row
  const body: Record<string, unknown> = { ...opOf(row)?.fields }
  const { text, reason, day } = body
  const said = isText(text) ? text : isText(reason) ? reason : ''
  const hours = HOURS.has(kind) && isText(day) ? (body as unknown as EntryContent) : null
  return { id, book, doc, kind, state, word: word ?? 'unexpected', at, carried, text: said, day: isText(day) ? day : null, hours }
}

/** The hours a refused op wanted to write. */
export async function refusedHours(db: AccountDb, id: string): Promise<Need | null> {
  const row = await readRow(db, id)
  const need = row?.state === 'refused' ? needOf(row) : null
  return need?.hours ? need : null
}

/** The newest first, as many as are shown: to read an op costs a hash, and a thousand may stand here. */
export function useAttention(db: AccountDb, shown: Ref<number>): { needs: ComputedRef<Need[]>; total: ComputedRef<number>; read: Ref<boolean> } {
  const live = useLive(() => readTroubled(db), [])
  const rows = computed(() => live.now.value.filter((row) => !row.carried || row.state === 'stuck').sort((a, b) => b.at - a.at))
  return { needs: computed(() => rows.value.slice(0, shown.value).map(needOf)), total: computed(() => rows.value.length), read: live.read }
}

export const useOnlineOnly = (db: AccountDb): Live<boolean> =>
  useLive(async () => (await readMeta(db, 'online_only')) === true, false)

/** A place that keeps nothing: WeChat's own browser. */
export const useOnce = (db: AccountDb): Live<boolean> => useLive(async () => (await readMeta(db, 'once')) === true, false)

export const usePersisted = (db: AccountDb): Live<boolean | undefined> =>
  useLive(() => readMeta(db, 'persisted'), undefined)
