/* What a new session begins with. Pure. */
import type { Docs, SessionDoc } from '../../sync/book'
import { minutesOf, sessionsIn } from './base'

export const MOST_TOPIC = 60
const USUAL_MINUTES = 180
const STEP = 5
const LAST = 1440

interface Begun {
  start: number
  end: number
  workstation: string
  module: string
  topic: string
}

/** From now on, as long as the last one of the same trainer, with its place and its subject. */
export function lessonLike(docs: Docs, person: string, minute: number): Begun {
  const last = sessionsIn(docs).find(({ by }) => by === person)
  const start = Math.floor(minute / STEP) * STEP
  const end = Math.min(LAST, start + (last ? minutesOf(last) : USUAL_MINUTES))
  return { start, end, workstation: last?.workstation ?? '', module: last?.module ?? '', topic: last?.topic ?? '' }
}

/** As many as one list holds. */
export const MOST_SEEN = 60

/** Closed while it runs, it ends now; closed later, it ended as it was meant to. */
export function endFor({ day, start, end }: Pick<SessionDoc, 'day' | 'start' | 'end'>, today: string, minute: number): number {
  return day === today && start < minute && minute < end ? minute : end
}
