/* What a coordinator decides about an entry: one key and on to the next. Whatever did not go as meant is told with its reason, and
   stands until it is read. */
import { shallowRef } from 'vue'
import { t } from '../../../texts'
import { useDesk } from '../../../use/desk/ask'
import { said } from '../said'
import { isAcceptable, isAskable, isDroppable, keyOf, type QueueRow } from './rows'
import type { useSteady } from './steady'

interface Act {
  id: string
  verdict: { as: string; word?: string }
}

export interface Outcome {
  key: string
  text: string
  good: boolean
}

const MOST_TOLD = 3
/** A second tap so soon was meant for the one before. */
const TAP_MS = 600

/** Sends one act, goes on to the next row meanwhile, and tells what became of it. */
function useActs(steady: ReturnType<typeof useSteady>, go: (row: QueueRow | undefined) => void) {
  const { post, me } = useDesk()
  const outcomes = shallowRef<readonly Outcome[]>([])
  const last = shallowRef<QueueRow | null>(null)
  let sent = 0

  const tell = (row: QueueRow, text: string, good: boolean): void => {
    outcomes.value = [{ key: keyOf(row), text: `${row.person ?? ''} ${row.day}：${text}`, good }, ...outcomes.value.filter((one) => one.key !== keyOf(row))].slice(0, MOST_TOLD)
  }

  /** How it is now says who was quicker. */
  async function told(row: QueueRow, word: string): Promise<void> {
    const [now] = await steady.look([row])
    if (now && now.state !== row.state && now.moved_by && now.moved_by !== me.value?.name) {
      tell(row, t('desk.queue.by_another', { who: now.moved_by, state: t(`desk.queue.is.${now.state}` as 'desk.queue.is.credited') }), false)
    } else if (now && now.version !== row.version) tell(row, t('desk.queue.rewritten'), false)
    else tell(row, said(word), false)
  }

  async function send(row: QueueRow, kind: string, body: Record<string, unknown>, good: string): Promise<void> {
    const next = steady.nextOf(row)
    sent = Date.now()
    steady.wait(keyOf(row), true)
    go(next)
    const got = await post<Act>('/api/desk/acts', { book: row.book_id, kind, doc: row.id, of: row.version, body })
    if (got.as === 'answer' && got.answer.verdict.as === 'accepted') {
      last.value = row
      tell(row, good, true)
      await steady.look([row])
    } else await told(row, got.as === 'answer' ? (got.answer.verdict.word ?? 'none') : got.word)
    steady.wait(keyOf(row), false)
    await steady.refill()
  }

  return { outcomes, last, tell, send, justSent: () => Date.now() - sent < TAP_MS }
}

export function useDeciding(steady: ReturnType<typeof useSteady>, go: (row: QueueRow | undefined) => void) {
  const { outcomes, last, tell, send, justSent } = useActs(steady, go)
  const asking = shallowRef<QueueRow | null>(null)
  const noting = shallowRef<{ row: QueueRow; minutes: number } | null>(null)
  const dropping = shallowRef<QueueRow | null>(null)

  function accept(row: QueueRow, minutes = row.counted_minutes, note: string | null = null): void {
    if (steady.pending.value.has(keyOf(row))) return
    if (isDroppable(row)) return drop(row)
    if (!isAcceptable(row) && minutes === row.counted_minutes) return tell(row, whyNot(row), false)
    if (!note && minutes > 0 && row.reasons.includes('UNPROVEN')) return void (noting.value = { row, minutes })
    void send(row, 'entry.credited', { minutes, note }, t('desk.queue.credited', { minutes }))
  }

  function tap(row: QueueRow, minutes: number): void {
    if (!justSent()) accept(row, minutes)
  }

  function ask(row: QueueRow): void {
    if (!isAskable(row)) return tell(row, whyNot(row), false)
    asking.value = row
  }

  function drop(row: QueueRow): void {
    if (isDroppable(row)) dropping.value = row
  }

  function setAside(note: string): void {
    const row = dropping.value
    dropping.value = null
    if (row) void send(row, 'entry.credited', { minutes: 0, note }, t('desk.queue.dropped', { reason: note }))
  }

  function query(reason: string): void {
    const row = asking.value
    asking.value = null
    if (row) void send(row, 'entry.queried', { reason }, t('desk.queue.queried', { reason }))
  }

  function explain(note: string): void {
    const asked = noting.value
    noting.value = null
    if (asked) accept(asked.row, asked.minutes, note)
  }

  return { outcomes, asking, noting, dropping, explain, drop, setAside, last, accept, tap, ask, query, dismiss: () => (outcomes.value = []) }
}

/** Why this key does nothing here. */
function whyNot(row: QueueRow): string {
  if (row.mine) return t('desk.queue.not.mine')
  if (!['signed', 'queried'].includes(row.state)) return t('desk.queue.not.state', { state: t(`desk.queue.is.${row.state}` as 'desk.queue.is.signed') })
  return row.rivals ? t('desk.queue.not.rivals') : t('desk.queue.not.nothing')
}
