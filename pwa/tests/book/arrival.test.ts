/* The order of the phone's own ops, and what of them its author goes on seeing. */
import { describe, expect, it } from 'vitest'
import { isRefused } from '../../src/actions/refused'
import { logHours } from '../../src/actions/book/hours'
import { makeOp } from '../../src/actions/book/make'
import { byArrival } from '../../src/db/book/outbox'
import { storePage } from '../../src/db/book/page'
import type { EntryDoc } from '../../src/sync/book'
import { pickBatch } from '../../src/net/batch'
import { BOOK, enrolled, hours, rows } from '../cast'
import { replay } from '../replay'
import { page, phone, write } from '../world'

async function loggedThenRevised() {
  const { db } = await enrolled()
  const made = await logHours(db, hours, 7000)
  if (isRefused(made)) throw new Error(made.refused)
  const { book, ...fields } = hours
  const body = { ...fields, end: 690, text: 'shorter', photos: [], shared: false, late_reason: null, presence: null }
  // The clock was set back in between.
  const revised = await makeOp(db, { book, kind: 'entry.revised', doc: made.doc, of: made.id, deps: [], body }, 3000)
  if (isRefused(revised)) throw new Error(revised.refused)
  return { db, logged: made, revised }
}

describe('own ops', () => {
  it('are replayed and sent as they were written, with the clock set back in between', async () => {
    const { db, logged, revised } = await loggedThenRevised()
    const outbox = await db.outbox.toArray()
    const entry = replay(rows, outbox).docs.get(logged.doc) as EntryDoc
    expect(entry.version).toBe(revised.id)
    expect(entry.content.end).toBe(690)
    expect(pickBatch(outbox, 9000, 50).map((row) => row.id)).toEqual([logged.id, revised.id])
  })

  it('keep their order through the kept and back', async () => {
    const db = await phone()
    await write(db, 'first', 9)
    await write(db, 'second', 2)
    const verdicts = { first: { as: 'accepted' as const, seq: 1 }, second: { as: 'accepted' as const, seq: 2 } }
    await storePage(db, page({ verdicts, gone: ['b'] }), {}, 9)
    expect(await db.outbox.count()).toBe(0)
    await storePage(db, page({ epoch: 'e2' }), {}, 9)
    await write(db, 'third', 1)
    expect((await db.outbox.toArray()).sort(byArrival).map((row) => row.id)).toEqual(['first', 'second', 'third'])
  })
})

describe('an op in custody', () => {
  it('stays visible to its author, under what needs somebody', async () => {
    const { db } = await enrolled()
    const made = await logHours(db, hours, 7)
    if (isRefused(made)) throw new Error(made.refused)
    await storePage(db, page({ verdicts: { [made.id]: { as: 'quarantined', word: 'restored' } } }), {}, 9)
    const view = replay(rows, await db.outbox.where('book').equals(BOOK).toArray())
    expect(view.docs.get(made.doc)).toMatchObject({ kind: 'entry', state: 'logged' })
    expect([...view.attention]).toEqual([made.doc])
  })
})
