/* What a coordinator decides about an entry: one key and on to the next. Whatever did not go as meant is told with its reason, and
   stands until it is read. */
import { shallowRef } from 'vue'
import { t } from '../../../texts'
import { useDesk } from '../../../use/desk/ask'
import { said } from '../said'
import { isAcceptable, isAskable, keyOf, type QueueRow } from './rows'
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

export function useDeciding(steady: ReturnType<typeof useSteady>, go: (row: QueueRow | undefined) => void) {
  const { post, me } = useDesk()
  const outcomes = shallowRef<readonly Outcome[]>([])
  const asking = shallowRef<QueueRow | null>(null)
  const last = shallowRef<QueueRow | null>(null)

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
    const key = keyOf(row)
    const next = steady.nextOf(row)
    steady.wait(key, true)
    go(next)
    const got = await post<Act>('/api/desk/acts', { book: row.book_id, kind, doc: row.id, of: row.version, body })
    if (got.as === 'answer' && got.answer.verdict.as === 'accepted') {
      last.value = row
      tell(row, good, true)
      await steady.look([row])
    } else await told(row, got.as === 'answer' ? (got.answer.verdict.word ?? 'none') : got.word)
    steady.wait(key, false)
    await steady.refill()
  }

  function accept(row: QueueRow, minutes = row.counted_minutes, note: string | null = null): void {
    if (steady.pending.value.has(keyOf(row))) return
    if (!isAcceptable(row) && minutes === row.counted_minutes) return tell(row, whyNot(row), false)
    void send(row, 'entry.credited', { minutes, note }, t('desk.queue.credited', { minutes }))
  }

  function ask(row: QueueRow): void {
    if (!isAskable(row)) return tell(row, whyNot(row), false)
    asking.value = row
  }

  function query(reason: string): void {
    const row = asking.value
    asking.value = null
    if (row) void send(row, 'entry.queried', { reason }, t('desk.queue.queried', { reason }))
  }

  return { outcomes, asking, last, accept, ask, query, dismiss: () => (outcomes.value = []) }
}

/** Why this key does nothing here. */
function whyNot(row: QueueRow): string {
  if (row.mine) return t('desk.queue.not.mine')
  if (!['signed', 'queried'].includes(row.state)) return t('desk.queue.not.state', { state: t(`desk.queue.is.${row.state}` as 'desk.queue.is.signed') })
  return row.rivals ? t('desk.queue.not.rivals') : t('desk.queue.not.nothing')
}
