/* A job of the desk, followed until it has ended. How it is asked for comes from outside, and whatever fails is asked again. */
import { computed, onScopeDispose, shallowRef, type ComputedRef, type ShallowRef } from 'vue'

/** As the server tells it; `done` of `total` are counted in `unit`. */
export interface JobNow {
  id: string
  kind: string
  state: 'waiting' | 'running' | 'done' | 'failed'
  done: number
  total: number
  unit: string
  word: string | null
  result: Record<string, unknown> | null
}

export interface Following {
  job: ShallowRef<JobNow | null>
  /** Waiting or running. */
  busy: ComputedRef<boolean>
  /** False while the server could not be asked. */
  heard: ShallowRef<boolean>
  follow: (id: string) => void
  /** Look away; the job goes on. */
  leave: () => void
}

/** Quick at first, so that a short job feels like none; then once in a while. */
const SOON_MS = 300
const LONGEST_MS = 2_000
const AWAY_MS = 5_000

const isOver = ({ state }: Pick<JobNow, 'state'>): boolean => state === 'done' || state === 'failed'

/** `ended` hears of a job that has come to its end while it was followed. */
export function useJob(ask: (id: string) => Promise<JobNow | null>, ended: (job: JobNow) => void = () => undefined): Following {
  const job = shallowRef<JobNow | null>(null)
  const heard = shallowRef(true)
  let followed = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  let wait = SOON_MS

  function leave(): void {
    clearTimeout(timer)
    followed = ''
    job.value = null
    heard.value = true
  }

  async function look(id: string): Promise<void> {
    const now = await ask(id).catch(() => null)
    if (id !== followed) return
    heard.value = now !== null
    if (now) job.value = now
    if (now && isOver(now)) return ended(now)
    wait = now ? Math.min(wait * 1.5, LONGEST_MS) : AWAY_MS
    timer = setTimeout(() => void look(id), wait)
  }

  function follow(id: string): void {
    leave()
    followed = id
    wait = SOON_MS
    void look(id)
  }

  onScopeDispose(leave)
  return { job, busy: computed(() => job.value !== null && !isOver(job.value)), heard, follow, leave }
}
