/* What the queue's doors say, as its screens read it. */
export interface QueueRow {
  id: string
  book_id: string
  version: string
  person: string | null
  class_name: string | null
  enterprise: string | null
  day: string
  start: number
  end: number
  rest: number
  state: string
  module_name: string
  place_kind: string
  place_name: string | null
  text: string
  photos: number
  late_reason: string | null
  signers: string[]
  claimed_minutes: number
  confirmed_minutes: number
  counted_minutes: number
  credited_minutes: number
  reasons: string[]
  rivals: number
  clean: number
  grade: string
  flags: string[]
  moved_at: number
  moved_by: string | null
  said: string | null
  mine: boolean
}

export interface Content {
  start: number
  end: number
  rest: number
  module: string
  place_kind: string
  text: string
}

export interface Interval extends Content {
  id: string
  state: string
  confirmed: number | null
  counted: number
  reasons: string[]
  elsewhere: boolean
}

export interface StoryLine {
  id: string
  seq: number
  kind: string
  by: string
  at: number
  received_at: number
  desk: boolean
  device: string
  shared: boolean
  offline: boolean
  person: string | null
  said: Record<string, string | number>
  about_day: string | null
  photos: number
}

export interface EntryShown {
  id: string
  photos: string[]
  safety: boolean
  rivals: (Content & { at: number })[]
  evidence: { grade: string; has: string[]; next: string | null; lacks: string[][] }
  day: Interval[]
  presences: { start: number; end: number | null; witnessed: boolean; word: string | null }[]
  history: StoryLine[]
}

export interface Credited {
  credited: number
  passed: number
  refused: Record<string, number>
  job: string | null
}

export interface Choices {
  classes: { id: string; name: string }[]
  enterprises: { id: string; name: string }[]
  modules: { id: string; name: string }[]
  places: { id: string; name: string }[]
  flags: string[]
}

export const keyOf = (row: { book_id: string; id: string }): string => `${row.book_id}.${row.id}`

/** Nothing a person must look at: those are credited many at once. */
export const isClean = (row: QueueRow): boolean => row.state === 'signed' && row.clean === 3 && !row.flags.length && !row.mine

/** What one key accepts: something of it counts, its contents agree, and who looks has neither written nor signed it. */
export const isAcceptable = (row: QueueRow): boolean =>
  (row.state === 'signed' || row.state === 'queried') && row.counted_minutes > 0 && row.rivals === 0 && !row.mine

/** What nobody has to wait for any more: nothing of it counts, and somebody says why. */
export const isDroppable = (row: QueueRow): boolean =>
  !row.mine && (row.state === 'logged' || row.state === 'returned' || ((row.state === 'signed' || row.state === 'queried') && !isAcceptable(row)))

export const isAskable = (row: QueueRow): boolean => ['signed', 'credited', 'queried'].includes(row.state) && !row.mine
