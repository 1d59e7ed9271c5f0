import { describe, expect, it } from 'vitest'
import { countUnsaved, countUnsent, keepOps, markExported } from '../../src/db/book/outbox'
import { readHave, storePage } from '../../src/db/book/page'
import { bookPage, note, page, phone, states, write } from '../world'

describe('an answer is stored in one transaction', () => {
  it('lets an own op go only once the documents have come as far as it did', async () => {
    const db = await phone()
    await write(db, 'x')
    const verdicts = { x: { as: 'accepted' as const, seq: 4 } }
    await storePage(db, page({ verdicts, books: [bookPage(3, 'c3', [note('n', 3)], { more: true })] }), {}, 9)
    expect(await states(db)).toEqual({ x: 'accepted' })
    await storePage(db, page({ books: [bookPage(4, 'c4', [note('d-x', 4)])] }), { b: [3, 'c3'] }, 9)
    expect(await states(db)).toEqual({})
    expect((await db.kept.get('x'))?.seq).toBe(4)
    expect(await db.docs.count()).toBe(2)
  })

  it('keeps refused, held and quarantined ops with their words', async () => {
    const db = await phone()
    for (const id of ['r', 'h', 'q', 'w']) await write(db, id)
    const verdicts = {
      r: { as: 'refused' as const, word: 'month_locked' },
      h: { as: 'held' as const, needs: ['z'] },
      q: { as: 'quarantined' as const, word: 'device_lost' },
      w: { as: 'retry' as const },
    }
    await storePage(db, page({ verdicts }), {}, 9)
    expect(await states(db)).toEqual({ r: 'refused', h: 'held', q: 'quarantined', w: 'waiting' })
    expect((await db.outbox.get('r'))?.word).toBe('month_locked')
  })

  it('drops a carried op with any verdict but retry, and keeps what may refill a server', async () => {
    const db = await phone()
    for (const id of ['a', 'r', 't']) await write(db, id, 1, true)
    const verdicts = { a: { as: 'accepted' as const, seq: 1 }, r: { as: 'refused' as const, word: 'wrong_role' }, t: { as: 'retry' as const } }
    await storePage(db, page({ verdicts }), {}, 9)
    expect(await states(db)).toEqual({ t: 'waiting' })
    expect((await db.kept.toArray()).map((row) => row.id)).toEqual(['a'])
  })

  it('swaps a reset book in only when it is complete, and queues what it kept', async () => {
    const db = await phone()
    await write(db, 'x')
    await storePage(db, page({ verdicts: { x: { as: 'accepted', seq: 2 } }, books: [bookPage(2, 'c2', [note('old', 1), note('d-x', 2)])] }), {}, 9)
    await write(db, 'y')
    await storePage(db, page({ books: [bookPage(1, 'k1', [note('new', 1)], { reset: true, more: true })] }), { b: [2, 'c2'] }, 9)
    expect((await db.docs.toArray()).map((row) => row.id).sort()).toEqual(['d-x', 'old'])
    expect(await readHave(db)).toEqual({ b: [1, 'k1'] })
    expect(await states(db)).toEqual({ x: 'waiting', y: 'waiting' })
    await storePage(db, page({ books: [bookPage(2, 'k2', [note('newer', 2)])] }), { b: [1, 'k1'] }, 9)
    expect((await db.docs.toArray()).map((row) => row.id).sort()).toEqual(['new', 'newer'])
    expect(await db.staging.count()).toBe(0)
  })

  it('forgets the documents of a lost book and keeps the own ops', async () => {
    const db = await phone()
    await storePage(db, page({ books: [bookPage(1, 'c1', [note('n', 1)])] }), {}, 9)
    await write(db, 'x')
    await storePage(db, page({ gone: ['b'] }), { b: [1, 'c1'] }, 9)
    expect(await db.docs.count()).toBe(0)
    expect(await countUnsent(db)).toBe(1)
  })

  it('lets an op go that was accepted after its book was lost', async () => {
    const db = await phone()
    await storePage(db, page({ books: [bookPage(1, 'c1', [note('n', 1)])] }), {}, 9)
    await write(db, 'x')
    await storePage(db, page({ gone: ['b'] }), { b: [1, 'c1'] }, 9)
    await storePage(db, page({ verdicts: { x: { as: 'accepted', seq: 2 } } }), {}, 9)
    expect(await states(db)).toEqual({})
    expect(await db.kept.count()).toBe(1)
  })

  it('passes over a page that was asked from elsewhere than the phone stands', async () => {
    const db = await phone()
    await storePage(db, page({ books: [bookPage(5, 'c5', [note('n', 5)])] }), {}, 9)
    await storePage(db, page({ books: [bookPage(3, 'c3', [note('m', 3)])] }), {}, 9)
    expect(await readHave(db)).toEqual({ b: [5, 'c5'] })
  })

  it('queues every kept op of every book in a new epoch', async () => {
    const db = await phone()
    await write(db, 'x')
    await storePage(db, page({ verdicts: { x: { as: 'accepted', seq: 1 } }, books: [bookPage(1, 'c1', [note('d-x', 1)])] }), {}, 9)
    await storePage(db, page({ epoch: 'e2' }), { b: [1, 'c1'] }, 9)
    expect(await states(db)).toEqual({ x: 'waiting' })
  })

  it('counts what a restored server lost as unsaved, also in custody, until a file holds it', async () => {
    const db = await phone()
    await write(db, 'x')
    await storePage(db, page({ verdicts: { x: { as: 'accepted', seq: 1 } }, books: [bookPage(1, 'c1', [note('d-x', 1)])] }), {}, 9)
    expect(await countUnsaved(db)).toBe(0)
    await storePage(db, page({ epoch: 'e2' }), { b: [1, 'c1'] }, 9)
    expect(await countUnsaved(db)).toBe(1)
    await storePage(db, page({ epoch: 'e2', verdicts: { x: { as: 'quarantined', word: 'restored' } } }), { b: [1, 'c1'] }, 9)
    expect(await states(db)).toEqual({ x: 'quarantined' })
    expect(await countUnsaved(db)).toBe(1)
    await markExported(db, ['x'])
    expect(await countUnsaved(db)).toBe(0)
  })

  it('keeps the same op once', async () => {
    const db = await phone()
    await write(db, 'x')
    await write(db, 'x')
    expect(await countUnsent(db)).toBe(1)
  })

  it('tells a full phone in a word instead of throwing', async () => {
    const db = await phone()
    db.outbox.hook('creating', () => {
      throw new DOMException('no room', 'QuotaExceededError')
    })
    const kept = await keepOps(db, [{ id: 'x', jws: 'j', book: 'b', doc: 'd', kind: 'note.added', at: 1, carried: false }])
    expect(kept).toEqual({ trouble: 'phone_full' })
  })
})
