/* Photos go after the ops, one at a time: HEAD, then PUT. What was on its way when the phone died is simply asked about again. */
import type { AccountDb } from '../db/account'
import { readPhotoNames } from '../db/named'
import { readMeta } from '../db/meta'
import { dropOldPictures, minePhotosAgain, notePhoto, queuePhotos, readPhotosIn, readPicture, type PhotoRow, type PhotoState } from '../db/photos'
import { hashOf } from '../device/bytes'
import { isNearlyFull } from '../device/room'
import { askHead, putPicture, type Fetch, type Outcome } from './door'
import { oneTab } from './lock'
import { backOff } from './pace'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
/** An entry that waits for another phone, or for a person, may take this long; then somebody has to look. */
const UNNAMED_DAYS = 14

export interface Sender {
  db: AccountDb
  account: string
  fetching: Fetch
  now: () => number
}

/** What was said of one photo; null when the line, and not the photo, is the trouble. */
interface Answer {
  said: { state: PhotoState; word: string | null } | null
  /** The server asked for peace. */
  wait_ms: number
}

const of = (state: PhotoState, word: string | null = null): Answer => ({ said: { state, word }, wait_ms: 0 })

const NEVER = new Set(['not_a_photo', 'wrong_content_type', 'photo_lost'])

function judge(outcome: Outcome<unknown>, row: PhotoRow, now: number): Answer {
  if (outcome.as === 'answer') return of('there')
  if (outcome.as === 'too_large') return of('refused', 'too_large')
  if (outcome.as === 'later') return { said: null, wait_ms: outcome.wait_ms }
  if (outcome.as !== 'refused') return { said: null, wait_ms: 0 }
  if (NEVER.has(outcome.word)) return of('refused', outcome.word)
  // No op the server has names it: its entry is held, or was not taken.
  const late = outcome.word === 'not_found' && now - row.added_at > UNNAMED_DAYS * DAY_MS
  return late ? of('refused', 'photo_unnamed') : of('waiting')
}

const lost = { as: 'refused', status: 400, word: 'photo_lost' } as const

async function sendOne({ db, account, fetching }: Sender, row: PhotoRow): Promise<Outcome<unknown>> {
  const asked = { path: `/api/blobs/${row.hash}`, account }
  const there = await askHead(fetching, asked)
  if (there.as !== 'refused') return there
  const picture = await readPicture(db, row.hash)
  if (!picture) return lost
  const outcome = await putPicture(fetching, asked, picture)
  if (outcome.as !== 'refused' || outcome.word !== 'hash_differs') return outcome
  // Damaged on the way, or here? The one is tried again, the other never works.
  const whole = (await hashOf(new Uint8Array(await picture.arrayBuffer()))) === row.hash
  return whole ? outcome : lost
}

/** A photo the server will not take yet is brought again after a minute, two, four ... at most six hours. */
function dueIn(row: PhotoRow, now: number): number {
  if (row.asked_at === 0 || row.asked_at > now) return 0
  return Math.max(0, Math.min(MINUTE_MS * 2 ** Math.min(row.tries, 9), DAY_MS / 4) - (now - row.asked_at))
}

export interface Sent {
  /** The line broke, or the server wants peace: the rest was not tried. */
  broke: boolean
  wait_ms: number | null
}

/** Sends what is due; `wait_ms` null when nothing is left. */
export async function sendPhotos(sender: Sender, going: () => boolean = () => true): Promise<Sent> {
  const { db, now } = sender
  const inOrder = (a: PhotoRow, b: PhotoRow) => a.tries - b.tries || a.added_at - b.added_at
  const due = (await readPhotosIn(db, 'waiting')).filter((row) => dueIn(row, now()) === 0).sort(inOrder)
  for (const row of due) {
    if (!going()) return { broke: false, wait_ms: null }
    const { said, wait_ms } = judge(await sendOne(sender, row), row, now())
    if (!said) return { broke: true, wait_ms }
    await notePhoto(db, row.hash, said, now())
  }
  const waits = (await readPhotosIn(db, 'waiting')).map((row) => dueIn(row, now()))
  return { broke: false, wait_ms: waits.length ? Math.max(1000, Math.min(...waits)) : null }
}

/** A form was saved and the phone died before its photos were queued. */
async function adopt(db: AccountDb): Promise<void> {
  const drafts = (await readPhotosIn(db, 'draft')).map((row) => row.hash)
  if (!drafts.length) return
  const named = await readPhotoNames(db)
  await queuePhotos(db, drafts.filter((hash) => named.has(hash)))
}

export interface PhotoQueue {
  /** The ops are through: now the photos. */
  wake: () => void
  stop: () => void
}

class Queue implements PhotoQueue {
  private stopped = false
  private running = false
  private again = false
  private failures = 0
  private hold_until = 0
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly sender: Sender) {}

  wake(): void {
    if (this.running) this.again = true
    else if (this.sender.now() >= this.hold_until) void this.run()
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.timer)
  }

  private async run(): Promise<void> {
    const { db, now } = this.sender
    clearTimeout(this.timer)
    this.running = true
    let wait: number | null = 5 * MINUTE_MS
    try {
      await minePhotosAgain(db, (await readMeta(db, 'epoch')) ?? '')
      await adopt(db)
      const sent = await oneTab(`${db.name}-photos`, () => sendPhotos(this.sender, () => !this.stopped))
      wait = this.after(sent)
      await dropOldPictures(db, now(), await isNearlyFull())
    } catch {
      // The phone's storage failed; the photos stay where they are and are tried again.
    } finally {
      this.running = false
      if (this.again && !this.stopped) wait = Math.max(0, this.hold_until - now())
      this.again = false
      if (wait !== null && !this.stopped) this.timer = setTimeout(() => void this.run(), wait)
    }
  }

  private after({ broke, wait_ms }: Sent): number | null {
    this.failures = broke ? this.failures + 1 : 0
    if (!broke) return wait_ms
    if (wait_ms) this.hold_until = this.sender.now() + wait_ms
    return Math.max(wait_ms ?? 0, backOff(this.failures, Math.random()))
  }
}

export const openPhotos = (sender: Sender): PhotoQueue => new Queue(sender)
