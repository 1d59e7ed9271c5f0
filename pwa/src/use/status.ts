/* The status line. It never lies: "synced" means that the server has confirmed every op of this phone. */
import { computed, type ComputedRef, type Ref } from 'vue'
import type { AccountDb } from '../db/account'
import { readOutbox } from '../db/outbox'
import type { OutboxRow } from '../db/rows'
import { clockOf } from './days'
import { useLive } from './live'

/** What the line to the server says of itself; main.ts hands it over. */
export interface LineState {
  running: boolean
  online: boolean
  failure: string | null
  sent: number
  synced_at: number | null
  reset: boolean
}

interface Counts {
  waiting: number
  stuck: number
  attention: number
}

type Tone = 'calm' | 'busy' | 'wait'

interface StatusLine {
  key: `status.${string}`
  fields: Record<string, string | number>
  tone: Tone
}

export function countsOf(outbox: OutboxRow[]): Counts {
  const count = (...states: OutboxRow['state'][]) => outbox.filter((row) => states.includes(row.state)).length
  return {
    waiting: count('waiting', 'stuck'),
    stuck: count('stuck'),
    attention: outbox.filter((row) => !row.carried && !['waiting', 'accepted'].includes(row.state)).length,
  }
}

function offline(line: LineState, n: number): StatusLine {
  if (n > 0) return { key: 'status.offline', fields: { n }, tone: 'wait' }
  if (line.synced_at === null) return { key: 'status.offline_never', fields: {}, tone: 'wait' }
  return { key: 'status.offline_clean', fields: { at: clockOf(line.synced_at) }, tone: 'wait' }
}

export function statusLine(line: LineState, counts: Counts): StatusLine {
  const n = counts.waiting
  if (line.failure === 'login') return { key: 'status.login', fields: { n }, tone: 'wait' }
  // A try in the dark is not "syncing": the line changes once the server has answered.
  if (!line.online) return offline(line, n)
  if (line.running && n + line.sent > 0) {
    return { key: 'status.sending', fields: { done: line.sent, n: n + line.sent }, tone: 'busy' }
  }
  if (line.running) return { key: 'status.fetching', fields: {}, tone: 'busy' }
  if (line.failure !== null || counts.stuck > 0) return { key: 'status.failed', fields: {}, tone: 'wait' }
  if (n > 0) return { key: 'status.waiting', fields: { n }, tone: 'wait' }
  if (line.synced_at === null) return { key: 'status.never', fields: {}, tone: 'wait' }
  return { key: 'status.synced', fields: { at: clockOf(line.synced_at) }, tone: 'calm' }
}

// Before the outbox has been read nobody knows whether something waits in it.
const READING: StatusLine = { key: 'status.reading', fields: {}, tone: 'busy' }

interface Status {
  line: ComputedRef<StatusLine>
  counts: ComputedRef<Counts>
}

export function useStatus(db: AccountDb, state: Ref<LineState>): Status {
  const outbox = useLive(() => readOutbox(db), [])
  const counts = computed(() => countsOf(outbox.now.value))
  const line = computed(() => (outbox.read.value ? statusLine(state.value, counts.value) : READING))
  return { counts, line }
}
