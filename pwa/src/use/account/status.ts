/* The status line. It never lies: "synced" means that the server has confirmed every op of this phone, and "online" that it was
   heard within the last minute. */
import { computed, shallowRef, type ComputedRef, type Ref } from 'vue'
import type { AccountDb } from '../../db/account/account'
import { isTroubled, readOutbox } from '../../db/book/outbox'
import type { OutboxRow } from '../../db/account/rows'
import { clockOf, dayOf, MINUTE_MS } from '../../sync/days'
import { useLive } from '../screen/live'
import { useNow } from '../screen/now'
import { usePhotoCounts } from '../book/photos'

/** What the line to the server says of itself; main.ts hands it over. */
export interface LineState {
  running: boolean
  online: boolean
  failure: string | null
  /** Of the ops of this run: those the server has answered for, and those it has not. */
  sent: number
  left: number
  synced_at: number | null
  contact_at: number | null
  reset: boolean
}

interface Counts {
  waiting: number
  stuck: number
  /** What needs a person. */
  attention: number
  /** Photos to be uploaded. */
  photos: number
}

type Tone = 'calm' | 'busy' | 'wait'

export interface StatusLine {
  key: `status.${string}`
  fields: Record<string, string | number>
  tone: Tone
  /** What needs a person beside what the line says. */
  needs: number
}

type Said = Omit<StatusLine, 'needs'>

export function countsOf(outbox: OutboxRow[], photos = { waiting: 0, refused: 0 }): Counts {
  const count = (...states: OutboxRow['state'][]) => outbox.filter((row) => states.includes(row.state)).length
  return {
    waiting: count('waiting', 'stuck'),
    stuck: count('stuck'),
    attention: outbox.filter(isTroubled).length + photos.refused,
    photos: photos.waiting,
  }
}

const TICK_MS = 5_000

/** 14:32, or with its date when that was not today. */
const stamp = (ms: number, now: number): string => (dayOf(ms) === dayOf(now) ? clockOf(ms) : `${dayOf(ms).slice(5)} ${clockOf(ms)}`)

function offline(line: LineState, { waiting: n, photos }: Counts, now: number): Said {
  if (n > 0) return { key: 'status.offline', fields: { n }, tone: 'wait' }
  if (photos > 0) return { key: 'status.offline_photos', fields: { n: photos }, tone: 'wait' }
  if (line.synced_at === null) return { key: 'status.offline_never', fields: {}, tone: 'wait' }
  return { key: 'status.offline_clean', fields: { at: stamp(line.synced_at, now) }, tone: 'wait' }
}

/** Not heard for a minute, and not known to be away: the phone was in a pocket, or an answer is on its way. */
function asking(line: LineState, { waiting: n, photos }: Counts, now: number): Said {
  if (n > 0) return { key: 'status.asking_waiting', fields: { n }, tone: 'busy' }
  if (photos > 0) return { key: 'status.asking_photos', fields: { n: photos }, tone: 'busy' }
  if (line.synced_at === null) return { key: 'status.asking', fields: {}, tone: 'busy' }
  return { key: 'status.asking_clean', fields: { at: stamp(line.synced_at, now) }, tone: 'busy' }
}

/** Both numbers come from the line: what it has just sent and the outbox as a screen has read it may be a moment apart. */
function busy({ sent, left }: LineState): Said {
  if (sent + left === 0) return { key: 'status.fetching', fields: {}, tone: 'busy' }
  return { key: 'status.sending', fields: { done: sent, n: sent + left }, tone: 'busy' }
}

/** What passes by itself in a moment says no more than that; a failure is one word and the way to why. */
const ALONE: ReadonlySet<string> = new Set(['status.sending', 'status.fetching', 'status.failed'])

export function statusLine(line: LineState, counts: Counts, now: number): StatusLine {
  const said = lineOf(line, counts, now)
  const needs = ALONE.has(said.key) ? 0 : counts.attention
  return { ...said, needs, tone: needs > 0 && said.tone === 'calm' ? 'wait' : said.tone }
}

function lineOf(line: LineState, counts: Counts, now: number): Said {
  const n = counts.waiting
  const { photos } = counts
  if (line.failure === 'login') return { key: n === 0 && photos > 0 ? 'status.login_photos' : 'status.login', fields: { n: n || photos }, tone: 'wait' }
  // A try in the dark is not "syncing": the line changes once the server has answered.
  if (!line.online) return offline(line, counts, now)
  const heard = line.contact_at !== null && now - line.contact_at < MINUTE_MS
  if (line.running && heard) return busy(line)
  if (line.failure !== null || counts.stuck > 0) return { key: 'status.failed', fields: {}, tone: 'wait' }
  if (!heard) return asking(line, counts, now)
  if (n > 0) return { key: 'status.waiting', fields: { n }, tone: 'wait' }
  if (line.synced_at === null) return { key: 'status.never', fields: {}, tone: 'wait' }
  if (photos > 0) return { key: 'status.photos', fields: { n: photos }, tone: 'wait' }
  return { key: 'status.synced', fields: { at: stamp(line.synced_at, now) }, tone: 'calm' }
}

// Before outbox and photos have been read nobody knows whether something waits there.
const READING: StatusLine = { key: 'status.reading', fields: {}, tone: 'busy', needs: 0 }

interface Told {
  state: LineState
  outbox: OutboxRow[]
}

interface Status {
  line: ComputedRef<StatusLine>
  counts: ComputedRef<Counts>
}

/** `needs` is how much needs this person altogether; until that is known, what outbox and photos show of it. */
export function useStatus(db: AccountDb, state: Ref<LineState>, needs: Ref<number | null> = shallowRef(null)): Status {
  // The line's word and an outbox read after it: "4 wait" is never said once the server has answered for all four.
  const told = useLive<Told | null>(async () => ({ state: state.value, outbox: await readOutbox(db) }), null, { source: () => state.value, keep: true })
  const photos = usePhotoCounts(db)
  const counts = computed(() => {
    const known = countsOf(told.now.value?.outbox ?? [], photos.now.value)
    return { ...known, attention: needs.value ?? known.attention }
  })
  const ticking = useNow(TICK_MS)
  const line = computed(() => {
    if (told.now.value === null || !(photos.read.value || photos.failed.value)) return READING
    // Where nothing can be read any more, the line itself is what is left to tell of it.
    const heard = told.failed.value ? state.value : told.now.value.state
    // A state that has just come is judged by the clock of now, not by the last tick's.
    return statusLine(heard, counts.value, Math.max(ticking.value, heard.contact_at ?? 0))
  })
  return { counts, line }
}
