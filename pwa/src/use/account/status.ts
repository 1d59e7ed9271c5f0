/* The status line. It never lies: "synced" means that the server has confirmed every op of this phone, and "online" that it was
   heard within the last minute. */
import { computed, onScopeDispose, shallowRef, type ComputedRef, type Ref } from 'vue'
import type { AccountDb } from '../../db/account/account'
import { readOutbox } from '../../db/book/outbox'
import type { OutboxRow } from '../../db/account/rows'
import { clockOf, dayOf } from '../book/days'
import { useLive } from '../screen/live'
import { usePhotoCounts } from '../book/photos'

/** What the line to the server says of itself; main.ts hands it over. */
export interface LineState {
  running: boolean
  online: boolean
  failure: string | null
  sent: number
  synced_at: number | null
  contact_at: number | null
  reset: boolean
}

interface Counts {
  waiting: number
  stuck: number
  attention: number
  /** Photos to be uploaded. */
  photos: number
}

type Tone = 'calm' | 'busy' | 'wait'

interface StatusLine {
  key: `status.${string}`
  fields: Record<string, string | number>
  tone: Tone
}

export function countsOf(outbox: OutboxRow[], photos = { waiting: 0, refused: 0 }): Counts {
  const count = (...states: OutboxRow['state'][]) => outbox.filter((row) => states.includes(row.state)).length
  return {
    waiting: count('waiting', 'stuck'),
    stuck: count('stuck'),
    attention: outbox.filter((row) => !row.carried && !['waiting', 'accepted'].includes(row.state)).length + photos.refused,
    photos: photos.waiting,
  }
}

const MINUTE_MS = 60_000
const TICK_MS = 5_000

/** 14:32, or with its date when that was not today. */
const stamp = (ms: number, now: number): string => (dayOf(ms) === dayOf(now) ? clockOf(ms) : `${dayOf(ms).slice(5)} ${clockOf(ms)}`)

function offline(line: LineState, { waiting: n, photos }: Counts, now: number): StatusLine {
  if (n > 0) return { key: 'status.offline', fields: { n }, tone: 'wait' }
  if (photos > 0) return { key: 'status.offline_photos', fields: { n: photos }, tone: 'wait' }
  if (line.synced_at === null) return { key: 'status.offline_never', fields: {}, tone: 'wait' }
  return { key: 'status.offline_clean', fields: { at: stamp(line.synced_at, now) }, tone: 'wait' }
}

/** Not heard for a minute, and not known to be away: the phone was in a pocket, or an answer is on its way. */
function asking(line: LineState, { waiting: n, photos }: Counts, now: number): StatusLine {
  if (n > 0) return { key: 'status.asking_waiting', fields: { n }, tone: 'busy' }
  if (photos > 0) return { key: 'status.asking_photos', fields: { n: photos }, tone: 'busy' }
  if (line.synced_at === null) return { key: 'status.asking', fields: {}, tone: 'busy' }
  return { key: 'status.asking_clean', fields: { at: stamp(line.synced_at, now) }, tone: 'busy' }
}

function busy(line: LineState, n: number): StatusLine {
  if (n + line.sent === 0) return { key: 'status.fetching', fields: {}, tone: 'busy' }
  return { key: 'status.sending', fields: { done: line.sent, n: n + line.sent }, tone: 'busy' }
}

export function statusLine(line: LineState, counts: Counts, now: number): StatusLine {
  const n = counts.waiting
  const { photos } = counts
  if (line.failure === 'login') return { key: n === 0 && photos > 0 ? 'status.login_photos' : 'status.login', fields: { n: n || photos }, tone: 'wait' }
  // A try in the dark is not "syncing": the line changes once the server has answered.
  if (!line.online) return offline(line, counts, now)
  const heard = line.contact_at !== null && now - line.contact_at < MINUTE_MS
  if (line.running && heard) return busy(line, n)
  if (line.failure !== null || counts.stuck > 0) return { key: 'status.failed', fields: {}, tone: 'wait' }
  if (!heard) return asking(line, counts, now)
  if (n > 0) return { key: 'status.waiting', fields: { n }, tone: 'wait' }
  if (line.synced_at === null) return { key: 'status.never', fields: {}, tone: 'wait' }
  if (photos > 0) return { key: 'status.photos', fields: { n: photos }, tone: 'wait' }
  const at = stamp(line.synced_at, now)
  // The server has heard it all and has not taken it all.
  if (counts.attention > 0) return { key: 'status.synced_needs', fields: { at, n: counts.attention }, tone: 'wait' }
  return { key: 'status.synced', fields: { at }, tone: 'calm' }
}

/** The clock, as coarse as the line needs it. */
function useNow(): Ref<number> {
  const now = shallowRef(Date.now())
  const timer = setInterval(() => (now.value = Date.now()), TICK_MS)
  onScopeDispose(() => clearInterval(timer))
  return now
}

// Before outbox and photos have been read nobody knows whether something waits there.
const READING: StatusLine = { key: 'status.reading', fields: {}, tone: 'busy' }

interface Status {
  line: ComputedRef<StatusLine>
  counts: ComputedRef<Counts>
}

export function useStatus(db: AccountDb, state: Ref<LineState>): Status {
  const outbox = useLive(() => readOutbox(db), [])
  const photos = usePhotoCounts(db)
  const counts = computed(() => countsOf(outbox.now.value, photos.now.value))
  const ticking = useNow()
  // A state that has just come is judged by the clock of now, not by the last tick's.
  const now = computed(() => Math.max(ticking.value, state.value.contact_at ?? 0))
  const line = computed(() => (outbox.read.value && (photos.read.value || photos.failed.value) ? statusLine(state.value, counts.value, now.value) : READING))
  return { counts, line }
}
