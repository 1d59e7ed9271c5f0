/* Two phones and no network: what one shows the other takes, signs and answers, and both end with the same seals. */
import { beforeEach, describe, expect, it } from 'vitest'
import { reviseHours } from '../../src/actions/book/hours'
import { showAnswer, showEntries } from '../../src/actions/meet/give'
import { decide, type Decided, type Decision } from '../../src/actions/meet/sign'
import { takeAnswer, takeEntries, type TakenAnswer, type TakenEntries } from '../../src/actions/meet/take'
import { isRefused, type Refused } from '../../src/actions/refused'
import type { AccountDb } from '../../src/db/account/account'
import { readFew } from '../../src/db/book/docs'
import { makeKey } from '../../src/device/key'
import { pack, unpack, type Bundle } from '../../src/sync/bundle'
import { claimedMinutes, type EntryDoc } from '../../src/sync/book'
import { BOOK, hours, LIN } from '../cast'
import { MASTER } from '../mentors'
import { DAY_MS, log, make, meeting, NOW, ORIGIN, raw, shown, type Cast } from './cast'

let cast: Cast
beforeEach(async () => {
  cast = await meeting()
})

function sure<T>(given: T | Refused): T {
  if (isRefused(given)) throw new Error(given.refused)
  return given as T
}

const all = ({ entries }: TakenEntries, less = 0): Decision[] =>
  entries.map(({ entry }) => ({
    ...{ book: BOOK, entry: entry.id, version: entry.version, as: 'sign', note: '', scores: [] },
    minutes: claimedMinutes(entry.content) - less,
  }))

const show = async (db: AccountDb, ids: string[]) => raw(shown(await showEntries(db, ids, ORIGIN)).texts)

async function entryOn(db: AccountDb, id: string): Promise<EntryDoc> {
  const doc = (await readFew(db, BOOK, [id])).get(id)
  if (doc?.kind !== 'entry') throw new Error('no such entry')
  return doc
}

async function revise(id: string): Promise<void> {
  const entry = await entryOn(cast.apprentice, id)
  sure(await reviseHours(cast.apprentice, entry, { ...hours, text: '改过' }, NOW))
}

async function answer(db: AccountDb, decided: Decided): Promise<Uint8Array> {
  return raw(shown(await showAnswer(db, decided.ops, ORIGIN)).texts)
}

describe('the whole way', () => {
  it('puts the same seals on both phones, and either can bring everything', async () => {
    const ids = await log(cast.apprentice, 3)
    const taken = sure(await takeEntries(cast.mentor, await show(cast.apprentice, ids), NOW))
    expect(taken).toMatchObject({ met: true, name: '林一', person: LIN, book: BOOK })
    expect(taken.entries.map(({ entry }) => entry.id)).toEqual(ids)
    const decided = sure(await decide(cast.mentor, taken, all(taken, 10), NOW))
    const told = sure<TakenAnswer>(await takeAnswer(cast.apprentice, await answer(cast.mentor, decided), NOW))
    expect(told).toMatchObject({ name: '陈师傅', failed: [], unsure: [] })
    expect(told.answered.map(({ entry }) => entry)).toEqual(ids)
    for (const id of ids) {
      const [here, there] = [await entryOn(cast.apprentice, id), await entryOn(cast.mentor, id)]
      expect(here).toEqual(there)
      expect(here.seals).toMatchObject([{ by: MASTER, minutes: 50, how: 'scan', struck: false }])
    }
    const carried = async (db: AccountDb) => (await db.outbox.toArray()).map(({ id }) => id).sort()
    expect(await carried(cast.apprentice)).toEqual(await carried(cast.mentor))
    expect(await carried(cast.mentor)).toHaveLength(6)
  })

  it('carries exactly the bytes that were signed', async () => {
    const ids = await log(cast.apprentice, 2)
    const before = (await cast.apprentice.outbox.toArray()).map(({ jws }) => jws).sort()
    await takeEntries(cast.mentor, await show(cast.apprentice, ids), NOW)
    expect((await cast.mentor.outbox.toArray()).map(({ jws }) => jws).sort()).toEqual(before)
  })

  it('says the same when it is scanned twice, and keeps each once', async () => {
    const ids = await log(cast.apprentice, 1)
    const code = await show(cast.apprentice, ids)
    const taken = sure(await takeEntries(cast.mentor, code, NOW))
    expect(sure(await takeEntries(cast.mentor, code, NOW)).entries[0]).toMatchObject({ known: true })
    const back = await answer(cast.mentor, sure(await decide(cast.mentor, taken, all(taken), NOW)))
    await takeAnswer(cast.apprentice, back, NOW)
    expect(sure<TakenAnswer>(await takeAnswer(cast.apprentice, back, NOW)).answered).toHaveLength(1)
    expect(await cast.apprentice.outbox.count()).toBe(2)
    expect((await entryOn(cast.apprentice, ids[0]!)).seals).toHaveLength(1)
  })

  it('returns one with a reason while it signs another', async () => {
    const ids = await log(cast.apprentice, 2)
    const taken = sure(await takeEntries(cast.mentor, await show(cast.apprentice, ids), NOW))
    const [first, second] = all(taken)
    const decisions: Decision[] = [first!, { book: BOOK, entry: second!.entry, version: second!.version, as: 'return', reason: '写清楚数值' }]
    const decided = sure(await decide(cast.mentor, taken, decisions, NOW))
    const told = sure<TakenAnswer>(await takeAnswer(cast.apprentice, await answer(cast.mentor, decided), NOW))
    expect(told.answered.map(({ as }) => as)).toEqual(['signed', 'returned'])
    expect(await entryOn(cast.apprentice, ids[1]!)).toMatchObject({ state: 'returned', returns: [{ reason: '写清楚数值' }] })
  })

  it('shows an entry that was written anew with all that came before', async () => {
    const [id] = await log(cast.apprentice, 1)
    await revise(id!)
    const taken = sure(await takeEntries(cast.mentor, await show(cast.apprentice, [id!]), NOW))
    expect(taken.entries[0]!.entry).toMatchObject({ content: { text: '改过' }, versions: [{}, {}] })
  })

  it('seals nothing that was written anew while the code was being looked at', async () => {
    const [id] = await log(cast.apprentice, 1)
    const taken = sure(await takeEntries(cast.mentor, await show(cast.apprentice, [id!]), NOW))
    const back = await answer(cast.mentor, sure(await decide(cast.mentor, taken, all(taken), NOW)))
    await revise(id!)
    await takeAnswer(cast.apprentice, back, NOW)
    const { seals, state } = await entryOn(cast.apprentice, id!)
    expect(seals).toMatchObject([{ struck: true }])
    expect(state).toBe('logged')
  })
})

describe('what this phone cannot know', () => {
  it('a book it never saw: shown, signed and brought along', async () => {
    const stranger = await make(cast.server, MASTER, false)
    const ids = await log(cast.apprentice, 2)
    const taken = sure(await takeEntries(stranger, await show(cast.apprentice, ids), NOW))
    expect(taken).toMatchObject({ met: false, name: '林一' })
    expect(await stranger.outbox.count()).toBe(0)
    const decided = sure(await decide(stranger, taken, all(taken), NOW))
    expect(decided.failed).toEqual([])
    expect(await stranger.outbox.count()).toBe(4)
    const told = sure<TakenAnswer>(await takeAnswer(cast.apprentice, await answer(stranger, decided), NOW))
    expect(told.answered).toHaveLength(2)
  })

  it('adds no minute in a book it never saw', async () => {
    const stranger = await make(cast.server, MASTER, false)
    const taken = sure(await takeEntries(stranger, await show(cast.apprentice, await log(cast.apprentice, 1)), NOW))
    expect(sure(await decide(stranger, taken, all(taken, -1), NOW)).failed).toMatchObject([{ word: 'minutes_raised' }])
  })

  it('a pairing only the server knows: brought along, no seal before it says yes', async () => {
    const other = '77777777-7777-4777-8777-777777777777'
    const unknown = await make(cast.server, other, false, { name: '新师傅' })
    const ids = await log(cast.apprentice, 1)
    const taken = sure(await takeEntries(unknown, await show(cast.apprentice, ids), NOW))
    const told = sure<TakenAnswer>(await takeAnswer(cast.apprentice, await answer(unknown, sure(await decide(unknown, taken, all(taken), NOW))), NOW))
    expect(told).toMatchObject({ name: '新师傅', answered: [], unsure: [{ entry: ids[0] }] })
    expect((await entryOn(cast.apprentice, ids[0]!)).seals).toEqual([])
    expect(await cast.apprentice.outbox.count()).toBe(2)
  })

  it('entries of another phone of the same person are named, not shown', async () => {
    const second = await make(cast.server, LIN)
    const [there] = await log(second, 1)
    const [here] = await log(cast.apprentice, 1)
    expect(shown(await showEntries(cast.apprentice, [there!, here!], ORIGIN))).toMatchObject({ entries: [here], elsewhere: [there] })
    expect(await showEntries(cast.apprentice, [there!], ORIGIN)).toEqual({ refused: 'written_elsewhere' })
  })
})

describe('what is not believed', () => {
  const twist = (code: Uint8Array, change: (bundle: Bundle) => Bundle) => {
    const given = unpack(code)
    if (typeof given === 'string') throw new Error(given)
    const changed = pack(change(given))
    if (!changed) throw new Error('cannot be packed')
    return changed
  }

  it.each([
    ['a certificate of another server', async () => make(await makeKey(), LIN), 'stranger'],
    ['a certificate that is over', async () => make(cast.server, LIN, true, { expires: NOW }), 'certificate_over'],
    ['somebody of another book', async () => make(cast.server, '88888888-8888-4888-8888-888888888888', true), 'not_your_apprentice'],
  ])('%s', async (_, who, word) => {
    const db = await who()
    const person = (await db.meta.get('person'))!.body as { id: string }
    const head = (await db.docs.get([BOOK, BOOK]))!
    const members = [{ id: 'x', person: person.id, role: 'apprentice', org: null, from: '2026-09-01', to: null }]
    await db.docs.put({ ...head, body: { ...head.body, apprentice: person.id, members } as never })
    expect(await takeEntries(cast.mentor, await show(db, await log(db, 1)), NOW)).toEqual({ refused: word })
    expect(await cast.mentor.outbox.count()).toBe(0)
  })

  it('his own code, and an answer where entries were meant', async () => {
    const ids = await log(cast.apprentice, 1)
    const code = await show(cast.apprentice, ids)
    expect(await takeEntries(cast.apprentice, code, NOW)).toEqual({ refused: 'own_code' })
    expect(await takeAnswer(cast.mentor, code, NOW)).toEqual({ refused: 'forged' })
  })

  it('a word changed under its signature', async () => {
    const ids = await log(cast.apprentice, 1, { text: '拆装' })
    const code = await show(cast.apprentice, ids)
    const forged = new TextEncoder().encode(new TextDecoder().decode(code).replace('拆装', '大修'))
    expect(await takeEntries(cast.mentor, forged, NOW)).toEqual({ refused: 'forged' })
    expect(await cast.mentor.outbox.count()).toBe(0)
  })

  it('a certificate of one device over the words of another', async () => {
    const other = await make(cast.server, LIN)
    const mine = unpack(await show(cast.apprentice, await log(cast.apprentice, 1))) as Bundle
    const code = await show(other, await log(other, 1))
    expect(() => twist(code, (bundle) => ({ ...bundle, certificate: mine.certificate }))).toThrow('cannot be packed')
    const text = new TextDecoder().decode(code).replace((unpack(code) as Bundle).certificate, mine.certificate)
    expect(await takeEntries(cast.mentor, new TextEncoder().encode(text), NOW)).toEqual({ refused: 'forged' })
  })

  it('a later shape of the code is called newer, and rubbish damaged', async () => {
    const text = new TextDecoder().decode(await show(cast.apprentice, await log(cast.apprentice, 1)))
    expect(await takeEntries(cast.mentor, new TextEncoder().encode(text.replace('[1,', '[2,')), NOW)).toEqual({ refused: 'newer' })
    for (const odd of ['', 'null', '[]', '[1]', '[1,"x",[]]', '[1,"x",[["{}","x"]]]', text.slice(0, -9)]) {
      expect(await takeEntries(cast.mentor, new TextEncoder().encode(odd), NOW)).toEqual({ refused: 'damaged' })
    }
  })

  it('minutes that were raised on another screen', async () => {
    const ids = await log(cast.apprentice, 1)
    const unmet = await make(cast.server, MASTER, false)
    const taken = sure(await takeEntries(unmet, await show(cast.apprentice, ids), NOW))
    taken.entries[0]!.entry.versions[0]!.minutes = 600
    const decided = await decide(unmet, taken, [{ ...all(taken)[0]!, minutes: 600 } as Decision], NOW)
    expect(sure(decided).failed).toMatchObject([{ word: 'minutes_raised' }])
  })

  it('a phone that was given up a day ago still counts until its certificate is over: the server decides', async () => {
    const db = await make(cast.server, LIN, true, { issued: NOW - 89 * DAY_MS, expires: NOW + DAY_MS })
    expect(await takeEntries(cast.mentor, await show(db, await log(db, 1)), NOW)).toMatchObject({ met: true })
  })
})
