/* Photos go after the ops, one at a time: HEAD, then PUT. What was on its way when the phone died is simply asked about again. */
import type { AccountDb } from '../db/account/account'
import { readAccount } from '../db/account/accounts'
import { readMeta } from '../db/account/meta'
import { readFormPhotos } from '../db/form/drafts'
import { queueNamed, readNamesStamp, readPhotoNames, type PhotoNames } from '../db/form/named'
import { dropOldPictures, minePhotosAgain, notePhoto, readPhotosIn, readPicture, restedDays, type PhotoRow, type Said } from '../db/form/photos'
import { hashOf } from '../device/bytes'
import { isNearlyFull } from '../device/room'
import { DAY_MS, MINUTE_MS } from '../sync/days'
import { asHeard, type OwnWord, type RefusalWord } from '../sync/own'
import { askHead, putPicture, type Fetch, type Outcome } from './door'
import { oneTab } from './lock'
import { backOff } from './pace'

/** An entry that waits for another phone, or for a person, may take this long; then somebody has to look. */
const UNNAMED_DAYS = 14

export interface Sender {
  db: AccountDb
  account: string
  fetching: Fetch
  now: () => number
}

/** The server's clock when it last answered, 0 before it ever did: photos age by nothing else. */
const readHeardAt = async (db: AccountDb): Promise<number> => (await readMeta(db, 'server_now')) ?? 0

interface Answer {
  /** What was said of the photo; null when the line, and not the photo, is the trouble. */
  said: Said | null
  /** The server asked for peace. */
  wait_ms: number
  /** Whether the next photo is worth a try: the line holds, the server holds, this photo may have made it stumble. */
  next: 'go' | 'stop' | 'stumbled'
}

const of = (state: Said['state'], word: RefusalWord | null = null): Answer => ({ said: { state, word }, wait_ms: 0, next: 'go' })

const NEVER = new Set(['not_a_photo', 'wrong_content_type', 'photo_lost'])

function judge(outcome: Outcome<unknown>, row: PhotoRow, heard_at: number): Answer {
  if (outcome.as === 'answer') return of('there')
  if (outcome.as === 'too_large') return of('refused', 'photo_too_large')
  if (outcome.as === 'later') {
    const full = outcome.word === 'quota_used_up'
    return { said: full ? { state: 'waiting', word: 'quota_used_up' } : null, wait_ms: outcome.wait_ms, next: 'stop' }
  }
  if (outcome.as === 'fault') return { said: { state: 'waiting', word: row.word }, wait_ms: 0, next: 'stumbled' }
  if (outcome.as !== 'refused') return { said: null, wait_ms: 0, next: 'stop' }
  if (NEVER.has(outcome.word)) return of('refused', asHeard(outcome.word))
  // No op the server has names it, since its entry is held or was not taken; or a word of a newer server.
  const late = restedDays(row, heard_at) > UNNAMED_DAYS
  return late ? of('refused', outcome.word === 'not_found' ? 'photo_unnamed' : asHeard(outcome.word)) : of('waiting')
}

const lost = { as: 'refused', status: 400, word: 'photo_lost' satisfies OwnWord } as const

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
  const names: PhotoNames = due.length ? await readPhotoNames(db) : new Map()
  const heard_at = await readHeardAt(db)
  let stumbled = 0
  for (const row of due) {
    if (!going()) return { broke: false, wait_ms: null }
    const { said, wait_ms, next } = judge(await sendOne(sender, row), row, heard_at)
    // Books the server has not heard of are asked about once it has.
    const books = said?.state === 'there' ? { books: [...(names.get(row.hash)?.told ?? [])] } : {}
    if (said) await notePhoto(db, row.hash, { ...said, ...books }, now())
    stumbled = next === 'stumbled' ? stumbled + 1 : 0
    if (next === 'stop' || stumbled > 1) return { broke: true, wait_ms }
  }
  const waits = (await readPhotosIn(db, 'waiting')).map((row) => dueIn(row, now()))
  return { broke: false, wait_ms: waits.length ? Math.max(1000, Math.min(...waits)) : null }
}

export interface PhotoQueue {
  /** The ops are through: now the photos. */
  wake: () => void
  /** Without a network too: what waits is counted on the screens. */
  compare: () => Promise<void>
  stop: () => void
}

class Queue implements PhotoQueue {
  private stopped = false
  private running = false
  private again = false
  private failures = 0
  private hold_until = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  /** What was known when names were last compared: nothing is read again while nothing has changed. */
  private compared = ''

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
      // Taken off this phone meanwhile: nothing of it may be opened again.
      if (!(await this.isHere())) return void (wait = null)
      await minePhotosAgain(db, (await readMeta(db, 'epoch')) ?? '')
      await this.compare()
      const sent = await oneTab(`${db.name}-photos`, () => sendPhotos(this.sender, () => !this.stopped))
      wait = this.after(sent)
      const heard_at = await readHeardAt(db)
      if (heard_at > 0) await dropOldPictures(db, await readFormPhotos(db), heard_at, await isNearlyFull())
    } catch {
      // The phone's storage failed; the photos stay where they are and are tried again.
    } finally {
      this.running = false
      if (this.again && !this.stopped) wait = Math.max(0, this.hold_until - now())
      this.again = false
      if (wait !== null && !this.stopped) this.timer = setTimeout(() => void this.run(), wait)
    }
  }

  async compare(): Promise<void> {
    const { db, now } = this.sender
    const stamp = await readNamesStamp(db)
    if (stamp === this.compared) return
    await queueNamed(db, now())
    this.compared = stamp
  }

  private async isHere(): Promise<boolean> {
    const row = await readAccount(this.sender.account)
    return row !== undefined && row.leaving !== true
  }

  private after({ broke, wait_ms }: Sent): number | null {
    this.failures = broke ? this.failures + 1 : 0
    if (!broke) return wait_ms
    if (wait_ms) this.hold_until = this.sender.now() + wait_ms
    return Math.max(wait_ms ?? 0, backOff(this.failures, Math.random()))
  }
}

export const openPhotos = (sender: Sender): PhotoQueue => new Queue(sender)
