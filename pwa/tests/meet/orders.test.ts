/* Entry, presence, sign-off and answer reach the server and the other phone in every order, by either phone: all end in the same
   documents (S9), every word is there once and byte for byte as it was signed (K12). */
import { describe, expect, it } from 'vitest'
import { makeOp } from '../../src/actions/book/make'
import { logHours } from '../../src/actions/book/hours'
import { showAnswer, showEntries } from '../../src/actions/meet/give'
import { decide, type Decided, type Decision } from '../../src/actions/meet/sign'
import { takeAnswer, takeEntries, type TakenEntries } from '../../src/actions/meet/take'
import { isRefused, type Refused } from '../../src/actions/refused'
import type { AccountDb } from '../../src/db/account/account'
import { readFew } from '../../src/db/book/docs'
import type { Doc } from '../../src/sync/book'
import { BOOK, hours, LIN } from '../cast'
import { MASTER } from '../mentors'
import { make, meeting, NOW, ORIGIN, raw, shown, type Cast } from './cast'
import { Ledger } from './ledger'

const PRESENCE = '99999999-9999-4999-8999-999999999999'
const BASE = '88888888-8888-4888-8888-888888888888'

function sure<T>(given: T | Refused): T {
  if (isRefused(given)) throw new Error(given.refused)
  return given as T
}

const came = { base: BASE, workstation: null, day: hours.day, start: hours.start, code: 'x'.repeat(400) }
const act = (kind: string, body: object, deps: string[] = []) => ({ book: BOOK, kind, doc: PRESENCE, of: null, deps, body: body as Record<string, unknown> })

/** In, an hour's work twice, out: what an apprentice's phone holds when he goes to his master. */
async function work(db: AccountDb): Promise<string[]> {
  const arrived = sure(await makeOp(db, act('presence.checked_in', came), NOW))
  const ids: string[] = []
  for (const [start, text] of [[hours.start, '上午'], [hours.start + 60, '接着做']] as const) {
    ids.push(sure(await logHours(db, { ...hours, start, end: start + 60, break: 0, text, presence: PRESENCE }, NOW)).doc)
  }
  sure(await makeOp(db, act('presence.checked_out', { end: hours.end, code: null }, [arrived.id]), NOW))
  return ids
}

const rule = ({ entries }: TakenEntries): Decision[] =>
  entries.map(({ entry }, at) => {
    const looked = { book: BOOK, entry: entry.id, version: entry.version }
    return at ? { ...looked, as: 'return', reason: '写清楚' } : { ...looked, as: 'sign', minutes: 50, note: '', scores: [] }
  })

type Who = 'apprentice' | 'mentor'
/** After which of the four steps each phone is online for a moment: 0 is before them all. */
type Plan = readonly (readonly [Who, number])[]

const STEPS = 4

function plans(): Plan[] {
  const moments = Array.from({ length: STEPS + 1 }, (_, at) => at)
  return moments.flatMap((a) => moments.flatMap((m): Plan[] => [[['apprentice', a], ['mentor', m]], [['mentor', m], ['apprentice', a]]]))
}

async function meet(cast: Cast, ledger: Ledger, plan: Plan): Promise<void> {
  const online = async (moment: number) => {
    for (const [who, at] of plan) if (at === moment) await ledger.sync(cast[who])
  }
  await online(0)
  const ids = await work(cast.apprentice)
  await online(1)
  const taken = sure(await takeEntries(cast.mentor, raw(shown(await showEntries(cast.apprentice, ids, ORIGIN)).texts), NOW))
  await online(2)
  const { ops, failed } = sure<Decided>(await decide(cast.mentor, taken, rule(taken), NOW))
  expect(failed).toEqual([])
  await online(3)
  const told = sure(await takeAnswer(cast.apprentice, raw(shown(await showAnswer(cast.mentor, ops, ORIGIN)).texts), NOW))
  expect(told.answered.map(({ as }) => as)).toEqual(['signed', 'returned'])
  await online(4)
  // However often a word was heard, by camera and by the server, it stands there once.
  for (const db of [cast.apprentice, cast.mentor]) {
    const docs = await readFew(db, BOOK, ids)
    expect(ids.map((id) => docs.get(id))).toMatchObject([{ versions: [{}], seals: [{ by: MASTER }] }, { versions: [{}], returns: [{ by: MASTER }] }])
  }
}

const startOf = (doc: Doc): number => (doc.kind === 'entry' ? doc.content.start : doc.kind === 'presence' ? -1 : -2)

/** Ids are drawn afresh each time, and `seen` tells when a phone was online last: what matters is what the documents say beside. */
function plain(ledger: Ledger): string {
  const names = new Map<string, string>()
  const name = (id: string) => names.set(id, names.get(id) ?? `#${names.size}`).get(id)
  const docs = [...ledger.docs.values()].map(({ doc }) => doc).sort((a, b) => startOf(a) - startOf(b))
  const text = JSON.stringify(docs).replace(/"seen":\d+/g, '"seen":0')
  return text.replace(/"(?:[\w-]{43}|[0-9a-f]{8}-[0-9a-f-]{27})"/g, (id) => `"${name(id)}"`)
}

async function same(cast: Cast, ledger: Ledger): Promise<void> {
  for (const db of [cast.apprentice, cast.mentor]) {
    expect(await db.outbox.count()).toBe(0)
    const here = await readFew(db, BOOK, [...ledger.docs.keys()])
    expect(Object.fromEntries(here)).toEqual(Object.fromEntries([...ledger.docs].map(([id, { doc }]) => [id, expect.objectContaining(doc)])))
  }
}

describe('whoever is online, and when', () => {
  it('all orders end in the same documents, each word once and as it was signed', async () => {
    const ends = new Set<string>()
    for (const plan of plans()) {
      const [cast, ledger] = [await meeting(), new Ledger()]
      const written: string[] = []
      await meet(cast, ledger, plan)
      for (const db of [cast.apprentice, cast.mentor]) {
        for (const { jws } of [...(await db.outbox.toArray()), ...(await db.kept.toArray())]) written.push(jws)
      }
      for (const who of ['mentor', 'apprentice', 'mentor'] as const) await ledger.sync(cast[who])
      await same(cast, ledger)
      expect(new Set([...ledger.taken.values()].map(({ jws }) => jws))).toEqual(new Set(written))
      expect([...ledger.taken.values()].map(({ verdict }) => verdict.as)).toEqual(Array(6).fill('accepted'))
      ends.add(plain(ledger))
    }
    expect(ends.size).toBe(1)
  }, 60_000)
})

describe('a phone that is lost after the exchange', () => {
  it.each(['apprentice', 'mentor'] as const)('the other brings everything: only the %s comes home', async (who) => {
    const [cast, ledger] = [await meeting(), new Ledger()]
    await meet(cast, ledger, [])
    await ledger.sync(cast[who])
    expect([...ledger.taken.values()].map(({ verdict }) => verdict.as)).toEqual(Array(6).fill('accepted'))
    const docs = [...ledger.docs.values()].map(({ doc }) => doc)
    expect(docs.filter(({ kind }) => kind === 'presence')).toMatchObject([{ state: 'out', code: came.code }])
    expect(docs.flatMap((doc) => (doc.kind === 'entry' ? doc.seals : []))).toMatchObject([{ by: MASTER, how: 'scan' }])
  })
})

describe('the check-in an entry rests on', () => {
  it('is shown with it, once for all entries of that day, and proves nothing yet', async () => {
    const cast = await meeting()
    const ids = await work(cast.apprentice)
    const taken = sure(await takeEntries(cast.mentor, raw(shown(await showEntries(cast.apprentice, ids, ORIGIN)).texts), NOW))
    expect(taken.presences).toMatchObject([{ id: PRESENCE, state: 'out', code: came.code }])
    expect(taken.presences[0]).not.toHaveProperty('proofs')
    expect(taken.ops.map(({ kind }) => kind).sort()).toEqual(['entry.logged', 'entry.logged', 'presence.checked_in', 'presence.checked_out'])
  })

  it('of another phone of his stays where it is', async () => {
    const cast = await meeting()
    const second = await make(cast.server, LIN)
    sure(await makeOp(second, act('presence.checked_in', came), NOW))
    const { doc } = sure(await logHours(cast.apprentice, { ...hours, presence: PRESENCE }, NOW))
    const taken = sure(await takeEntries(cast.mentor, raw(shown(await showEntries(cast.apprentice, [doc], ORIGIN)).texts), NOW))
    expect(taken.presences).toEqual([])
  })
})
