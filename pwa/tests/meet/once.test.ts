/* In WeChat's own browser nothing may stay: what was scanned goes to the server at once, or it was not done. */
import { beforeEach, expect, it, vi } from 'vitest'
import { showAnswer, showEntries } from '../../src/actions/meet/give'
import { decide, type Decided, type Decision } from '../../src/actions/meet/sign'
import { carry, takeAnswer, takeEntries, type TakenAnswer, type TakenEntries } from '../../src/actions/meet/take'
import type { AccountDb } from '../../src/db/account/account'
import { putMeta } from '../../src/db/account/meta'
import { storePage } from '../../src/db/book/page'
import { claimedMinutes } from '../../src/sync/book'
import { page } from '../world'
import { BOOK } from '../cast'
import { MASTER } from '../mentors'
import { log, make, meeting, NOW, ORIGIN, raw, shown, type Cast } from './cast'

let cast: Cast
beforeEach(async () => {
  cast = await meeting()
})

async function seen(db: AccountDb, many: number): Promise<TakenEntries> {
  const { texts } = shown(await showEntries(cast.apprentice, await log(cast.apprentice, many), ORIGIN))
  return (await takeEntries(db, raw(texts), NOW)) as TakenEntries
}

const all = ({ entries }: TakenEntries): Decision[] =>
  entries.map(({ entry }) => ({ book: BOOK, entry: entry.id, version: entry.version, as: 'sign', minutes: claimedMinutes(entry.content), note: '', scores: [] }))

/** The server takes whatever waits, but for those of the kind it refuses. */
async function server(db: AccountDb, refuse = ''): Promise<void> {
  await vi.waitFor(async () => expect((await db.outbox.toArray()).some(({ state }) => state === 'waiting')).toBe(true))
  const rows = (await db.outbox.toArray()).filter(({ state }) => state === 'waiting')
  const verdicts = rows.map(({ id, kind }, at) => [id, kind === refuse ? { as: 'refused', word: 'not_paired' } : { as: 'accepted', seq: 10 + at }])
  await storePage(db, page({ verdicts: Object.fromEntries(verdicts) }), {}, 9)
}

it('looking keeps nothing; confirming delivers the entries, then the sign-offs, and the answer can be shown', async () => {
  await putMeta(cast.mentor, 'once', true)
  const taken = await seen(cast.mentor, 2)
  expect(await cast.mentor.outbox.count()).toBe(0)
  const done = decide(cast.mentor, taken, all(taken), NOW)
  await server(cast.mentor)
  await server(cast.mentor)
  const { ops, failed } = (await done) as Decided
  expect([ops.length, failed]).toEqual([2, []])
  expect(await cast.mentor.outbox.where('state').equals('waiting').count()).toBe(0)
  expect(shown(await showAnswer(cast.mentor, ops, ORIGIN)).entries).toHaveLength(2)
})

it('what the server will not have is told entry by entry, and leaves no seal', async () => {
  await putMeta(cast.mentor, 'once', true)
  const taken = await seen(cast.mentor, 1)
  const done = decide(cast.mentor, taken, all(taken), NOW)
  await server(cast.mentor)
  await server(cast.mentor, 'entry.signed')
  expect(await done).toEqual({ ops: [], failed: [{ entry: taken.entries[0]!.entry.id, word: 'not_paired' }] })
  expect(await cast.mentor.outbox.count()).toBe(0)
})

it('an answer read there counts as far as the server took it', async () => {
  const taken = await seen(cast.mentor, 1)
  const { ops } = (await decide(cast.mentor, taken, all(taken), NOW)) as Decided
  const code = raw(shown(await showAnswer(cast.mentor, ops, ORIGIN)).texts)
  await server(cast.apprentice)
  await putMeta(cast.apprentice, 'once', true)
  const told = takeAnswer(cast.apprentice, code, NOW)
  await server(cast.apprentice, 'entry.signed')
  expect((await told) as TakenAnswer).toMatchObject({ answered: [], failed: [{ word: 'not_paired' }] })
  expect(await cast.apprentice.outbox.where('state').equals('refused').count()).toBe(0)
})

it('the entries it brought may be gone from the outbox before he has signed: he signs what he saw', async () => {
  const stranger = await make(cast.server, MASTER, false)
  const taken = await seen(stranger, 1)
  await carry(stranger, taken.ops, NOW)
  await server(stranger)
  expect(await stranger.outbox.count()).toBe(0)
  expect(((await decide(stranger, taken, all(taken), NOW)) as Decided).failed).toEqual([])
})
