/* A trainer's phone and the screen at the door, neither with a network: the session goes from one to the other. */
import { beforeEach, describe, expect, it } from 'vitest'
import { showSession, takeSession } from '../../src/actions/base/hand'
import { openSession } from '../../src/actions/base/session'
import { showEntries } from '../../src/actions/meet/give'
import { takeWhole } from '../../src/actions/meet/take'
import { isRefused, type Refused } from '../../src/actions/refused'
import type { AccountDb } from '../../src/db/account/account'
import { readView } from '../../src/db/book/shelf'
import { makeKey } from '../../src/device/key'
import { KINDS } from '../../src/sync/envelope'
import { openOn } from '../../src/use/base/base'
import { log, make, meeting, NOW, ORIGIN, raw, shown, type Cast } from '../meet/cast'
import { MASTER } from '../mentors'
import { BASE, makeKiosk, serve } from './cast'

const wish = { workstation: null, module: 'M2', topic: '机器人示教', day: '2026-11-20', start: 1080, end: 1260 }

let cast: Cast
let kiosk: AccountDb
beforeEach(async () => {
  cast = await meeting()
  kiosk = await makeKiosk(cast.server)
  for (const db of [kiosk, cast.mentor]) await serve(db)
})

function sure<T>(given: T | Refused): T {
  if (isRefused(given)) throw new Error(given.refused)
  return given as T
}

async function code(trainer: AccountDb): Promise<Uint8Array> {
  const { doc } = sure(await openSession(trainer, BASE, wish, NOW))
  return raw(sure(await showSession(trainer, doc, ORIGIN)).texts)
}

const take = (given: Uint8Array, kind: number = KINDS.session) => takeSession(kiosk, BASE, kind, given, NOW)

describe('a session handed over', () => {
  it('stands on the screen, and is brought to the server by it as well, once', async () => {
    const given = await code(cast.mentor)
    const { session } = sure(await take(given))
    expect(openOn((await readView(kiosk, BASE)).docs, '2026-11-20')).toMatchObject([{ id: session, by: MASTER, topic: '机器人示教' }])
    expect(sure(await take(given)).session).toBe(session)
    expect((await kiosk.outbox.toArray()).map(({ kind, carried, book }) => [kind, carried, book])).toEqual([['session.opened', true, BASE]])
  })

  it('is not of a stranger, nor of who does not serve there', async () => {
    const stranger = await make(await makeKey(), MASTER)
    await serve(stranger)
    expect(await take(await code(stranger))).toEqual({ refused: 'stranger' })
    await kiosk.docs.clear()
    expect(await take(await code(cast.mentor))).toEqual({ refused: 'no_such_book' })
    expect(await kiosk.outbox.count()).toBe(0)
  })

  it('is of this base and nothing else', async () => {
    expect(await takeSession(kiosk, MASTER, KINDS.session, await code(cast.mentor), NOW)).toEqual({ refused: 'no_session' })
    const entries = raw(shown(await showEntries(cast.apprentice, await log(cast.apprentice, 1), ORIGIN)).texts)
    expect(await take(entries, KINDS.entries)).toEqual({ refused: 'no_session' })
    expect(await take(entries)).toEqual({ refused: 'forged' })
  })

  it('tells a phone that it is for the screen', async () => {
    expect(await takeWhole(cast.apprentice, KINDS.session, await code(cast.mentor), NOW)).toEqual({ refused: 'for_a_kiosk' })
  })

  it('cannot be shown by a phone that did not write it', async () => {
    const { doc } = sure(await openSession(cast.mentor, BASE, wish, NOW))
    const other = await make(cast.server, MASTER)
    expect(await showSession(other, doc, ORIGIN)).toEqual({ refused: 'written_elsewhere' })
  })
})
