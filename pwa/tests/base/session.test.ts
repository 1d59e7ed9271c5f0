/* A trainer opens a session and closes it with those he saw. */
import { beforeEach, describe, expect, it } from 'vitest'
import { closeSession, openSession, type There } from '../../src/actions/base/session'
import { isRefused, type Refused } from '../../src/actions/refused'
import type { AccountDb } from '../../src/db/account/account'
import { putMeta } from '../../src/db/account/meta'
import { readFew } from '../../src/db/book/docs'
import { readView } from '../../src/db/book/shelf'
import type { PresenceDoc, SessionDoc } from '../../src/sync/book'
import { BOOK, LIN } from '../cast'
import { make, meeting, NOW, type Cast } from '../meet/cast'
import { MASTER, mentorHead } from '../mentors'
import { BASE, lesson, SESSION, serve } from './cast'

const OTHER = '66666666-6666-4666-8666-666666666666'
const PERSON = '77777777-7777-4777-8777-777777777777'
const wish = { workstation: '2 号工位', module: 'M2', topic: ' 机器人示教 ', day: '2026-11-20', start: 1080, end: 1260 }
const lin: There = { book: BOOK, person: LIN, start: 1025, end: 1200 }
const other: There = { book: OTHER, person: PERSON, start: 1020, end: 1200 }

let cast: Cast
let trainer: AccountDb
beforeEach(async () => {
  cast = await meeting()
  trainer = cast.mentor
  await serve(trainer, lesson())
})

function sure<T>(given: T | Refused): T {
  if (isRefused(given)) throw new Error(given.refused)
  return given as T
}

async function another(change: object = {}): Promise<void> {
  const members = mentorHead.members.map((member) => (member.person === LIN ? { ...member, person: PERSON } : member))
  await trainer.docs.put({ book: OTHER, id: OTHER, seq: 1, body: { ...mentorHead, id: OTHER, apprentice: PERSON, members, ...change } })
  await trainer.books.put({ id: OTHER, seq: 1, chain: '', resetting: null })
}

const session = async (id = SESSION) => (await readFew(trainer, BASE, [id])).get(id) as SessionDoc
const presences = async (book: string) => [...(await readView(trainer, book)).docs.values()].filter((doc): doc is PresenceDoc => doc.kind === 'presence')

describe('opening', () => {
  it('stands in the book of the base, with what was said trimmed', async () => {
    const { doc } = sure(await openSession(trainer, BASE, wish, NOW))
    expect(await session(doc)).toMatchObject({ state: 'open', by: MASTER, topic: '机器人示教', module: 'M2', start: 1080, end: 1260, seen: [] })
    expect((await trainer.outbox.toArray()).map(({ kind, book }) => [kind, book])).toEqual([['session.opened', BASE]])
  })

  it('is refused to whoever does not serve there, and for times that cross', async () => {
    const stranger = await make(cast.server, PERSON, false)
    await serve(stranger)
    expect(await openSession(stranger, BASE, wish, NOW)).toEqual({ refused: 'not_a_member' })
    expect(await openSession(trainer, BASE, { ...wish, end: 1080 }, NOW)).toEqual({ refused: 'times_crossed' })
    expect(await openSession(trainer, BASE, { ...wish, topic: '\ud800' }, NOW)).toEqual({ refused: 'stray_character' })
  })
})

describe('closing', () => {
  it('writes the list and in the book of each that he was seen, all at once', async () => {
    await another()
    expect(sure(await closeSession(trainer, BASE, lesson(), 1190, [lin, other], NOW))).toEqual({ seen: 2, failed: [] })
    expect(await session()).toMatchObject({ state: 'closed', end: 1190, seen: [{ book: BOOK, person: LIN }, { book: OTHER, person: PERSON }] })
    const where = { base: BASE, session: SESSION, workstation: '2 号工位', day: '2026-11-20' }
    expect(await presences(BOOK)).toMatchObject([{ state: 'out', by: MASTER, ...where, start: 1025, end: 1200, code: null }])
    expect(await presences(OTHER)).toHaveLength(1)
    const rows = await trainer.outbox.toArray()
    expect(rows.map(({ number }) => number).sort()).toEqual([1, 2, 3])
  })

  it('leaves out whose book would not take it, and says why', async () => {
    await another({ locked: ['2026-11'] })
    const done = sure(await closeSession(trainer, BASE, lesson(), 1200, [lin, other, { ...lin, person: 'x', book: '88888888-8888-4888-8888-888888888888' }], NOW))
    expect(done).toEqual({ seen: 1, failed: [{ person: PERSON, word: 'month_locked' }, { person: 'x', word: 'no_such_book' }] })
    expect((await session()).seen).toEqual([{ book: BOOK, person: LIN }])
    expect(await presences(OTHER)).toEqual([])
  })

  it('writes nothing of anybody when the session itself cannot be closed', async () => {
    sure(await closeSession(trainer, BASE, lesson(), 1200, [], NOW))
    await trainer.outbox.clear()
    await serve(trainer, lesson({ state: 'closed' }))
    expect(await closeSession(trainer, BASE, lesson(), 1200, [lin], NOW)).toEqual({ refused: 'wrong_state' })
    expect(await trainer.outbox.count()).toBe(0)
    expect(await presences(BOOK)).toEqual([])
  })

  it('asks for the PIN once, before anything is written', async () => {
    await putMeta(trainer, 'shared', true)
    expect(await closeSession(trainer, BASE, lesson(), 1200, [lin], NOW)).toEqual({ refused: 'pin_unset' })
    expect(await trainer.outbox.count()).toBe(0)
  })
})
