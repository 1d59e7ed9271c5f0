/* What one save costs and what it leaves behind, whoever else saves at the same time. */
import { liveQuery } from 'dexie'
import { describe, expect, it, vi } from 'vitest'
import { hoursName, keepDraft, readDraft, seenDraft } from '../../src/actions/form/draft'
import { isRefused } from '../../src/actions/refused'
import { logHours, prepareHours, reviseHours } from '../../src/actions/book/hours'
import { makeOps, type Act } from '../../src/actions/book/make'
import { accountDb, type AccountDb } from '../../src/db/account/account'
import { follow, tellNow } from '../../src/db/account/live'
import { lendKey, lentKey } from '../../src/db/account/keys'
import { readOutbox } from '../../src/db/book/outbox'
import { layReady, readPen } from '../../src/db/book/pen'
import { holds, splitJws } from '../../src/device/key'
import type { BookDoc, EntryDoc } from '../../src/sync/book'
import { isRefusal } from '../../src/sync/errors'
import { opId, parseOp, type Op } from '../../src/sync/op'
import { blank } from '../../src/use/hours/form'
import { BOOK, enrolled, hours, LIN, rows } from '../cast'
import { replay } from '../replay'
import { note } from '../world'

async function countsOf(db: AccountDb): Promise<number[]> {
  const ops = (await db.outbox.orderBy('id').toArray()).map(({ jws }) => parseOp(jws))
  return ops.map((op) => (isRefusal(op) ? NaN : op.count)).sort((a, b) => a - b)
}

const laid = async (db: AccountDb) => layReady(db, BOOK, await readPen(db, new Map([[BOOK, [BOOK]]])))

const passed = (ms: number) => new Promise((go) => setTimeout(go, ms))

const oneTo = (most: number) => Array.from({ length: most }, (_, at) => at + 1)

/** The same modules loaded twice, each with a handle of its own, are what two tabs are. */
async function tab(db: AccountDb) {
  vi.resetModules()
  const [actions, account] = [await import('../../src/actions/book/hours'), await import('../../src/db/account/account')]
  const own = account.accountDb(db.name.replace('jiangji-', ''))
  return (text: string) => actions.logHours(own, { ...hours, text }, 7)
}

describe('the numbers of a key', () => {
  it('are given once each and without a gap, whoever saves at the same time', async () => {
    const { db } = await enrolled()
    const [one, other] = [await tab(db), await tab(db)]
    const made = await Promise.all(oneTo(12).map((n) => (n % 2 ? one : other)(`第 ${n} 条`)))
    expect(made.filter(isRefused)).toEqual([])
    expect(await countsOf(db)).toEqual(oneTo(12))
    expect((await db.keys.get('device'))?.count).toBe(12)
    expect((await db.outbox.toArray()).map(({ number }) => number).sort((a, b) => a! - b!)).toEqual(oneTo(12))
  })

  it('stand in operations that are found by the name their own bytes give them', async () => {
    const { db } = await enrolled()
    await logHours(db, hours, 7)
    const [row] = await db.outbox.toArray()
    const op = parseOp(row!.jws)
    expect(isRefusal(op) ? op.word : op.id).toBe(row!.id)
  })

  it('are given once each by a key that is only lent', async () => {
    const { db, key } = await enrolled()
    lendKey(db, { ...key, certificate: 'certificate' })
    await Promise.all(oneTo(6).map((n) => logHours(db, { ...hours, text: `第 ${n} 条` }, 7)))
    expect(await countsOf(db)).toEqual(oneTo(6))
  })

  it('are not spent on what is refused', async () => {
    const { db } = await enrolled()
    expect(await logHours(db, { ...hours, end: 480 }, 7)).toEqual({ refused: 'times_crossed' })
    const acts = ['2026-09-20', '2026-11-20', '2026-09-21', '2026-11-21'].map((day): Act => {
      const { book, ...fields } = { ...hours, day, text: day }
      return { book, kind: 'entry.logged', doc: crypto.randomUUID(), of: null, deps: [], body: ({ shared }) => ({ ...fields, shared }) }
    })
    const answers = await makeOps(db, acts, 7)
    expect((answers as object[]).map((answer) => 'refused' in answer)).toEqual([true, false, true, false])
    expect(await countsOf(db)).toEqual([1, 2])
  })

  it('overtaken by another tab, a revision is judged anew by what that tab has left', async () => {
    const { db } = await enrolled()
    const made = await logHours(db, hours, 7)
    if (isRefused(made)) throw new Error(made.refused)
    const seen = { id: made.doc, version: made.id, rivals: [] }
    const both = await Promise.all(['甲', '乙'].map((text) => reviseHours(db, seen, { ...hours, text }, 8)))
    expect(both.filter(isRefused)).toEqual([])
    expect(await countsOf(db)).toEqual([1, 2, 3])
  })
})

describe('the form of an entry', () => {
  const draft = { ...blank('2026-11-20'), book: BOOK, end: 600, module: 'M1', place: 'p', text: 'written' }

  it('goes in the transaction that keeps the entry', async () => {
    const { db } = await enrolled()
    await keepDraft(db, hoursName(BOOK), draft)
    const writes: string[][] = []
    const fresh = await watched(db, (stores, mode) => mode === 'readwrite' && stores.includes('meta') && writes.push(stores))
    const made = await logHours(fresh, hours, 7, await seenDraft(fresh, hoursName(BOOK)))
    expect(isRefused(made)).toBe(false)
    expect(await readDraft(fresh, hoursName(BOOK))).toBeUndefined()
    expect(writes).toHaveLength(1)
    expect(writes[0]).toContain('outbox')
  })

  it('stays when the entry is refused, and when another page has written in it', async () => {
    const { db } = await enrolled()
    await keepDraft(db, hoursName(BOOK), draft)
    await logHours(db, { ...hours, end: 480 }, 7, await seenDraft(db, hoursName(BOOK)))
    expect((await readDraft(db, hoursName(BOOK)))?.text).toBe('written')
    const seen = await seenDraft(db, hoursName(BOOK))
    await keepDraft(db, hoursName(BOOK), { ...draft, text: 'written later' })
    await logHours(db, hours, 7, seen)
    expect((await readDraft(db, hoursName(BOOK)))?.text).toBe('written later')
  })
})

type Told = (stores: string[], mode: IDBTransactionMode) => unknown

/** A handle of its own, that remembers nothing and tells of every transaction: Dexie takes hold of the call when it opens. */
async function watched(db: AccountDb, told: Told): Promise<AccountDb> {
  const begin = IDBDatabase.prototype.transaction
  IDBDatabase.prototype.transaction = function (stores, mode, how) {
    told(typeof stores === 'string' ? [stores] : [...stores], mode ?? 'readonly')
    return begin.call(this, stores, mode, how)
  }
  const fresh = accountDb(db.name.replace('jiangji-', ''))
  await fresh.open()
  IDBDatabase.prototype.transaction = begin
  return fresh
}

describe('a save', () => {
  /** Transactions until it is kept, and the documents they gave out. */
  async function costOf(entries: number) {
    const { db } = await enrolled()
    await db.docs.bulkPut(oneTo(entries).map((n) => ({ book: BOOK, id: `n${n}`, seq: n + 1, body: note(`n${n}`, n + 1) })))
    let begun: string[] = []
    let read = 0
    const fresh = await watched(db, (stores, mode) => begun.push(`${mode} ${stores.length}`))
    begun = []
    fresh.docs.hook('reading', (row) => {
      read += 1
      return row
    })
    const made = await logHours(fresh, hours, 7)
    const cost = { begun: [...begun], read }
    expect(isRefused(made)).toBe(false)
    return cost
  }

  it('is one transaction that reads and one that writes, and reads one document of a book however long', async () => {
    const short = await costOf(3)
    expect(short.begun).toEqual(['readonly 4', 'readwrite 4'])
    expect(short.read).toBeLessThanOrEqual(2)
    expect(await costOf(1500)).toEqual(short)
  })
})

describe('who follows the database', () => {
  const watching = async (db: AccountDb) => {
    const counts: number[] = []
    const letBe = follow(() => readOutbox(db), (rows) => counts.push(rows.length), () => counts.push(NaN))
    await vi.waitFor(() => expect(counts).toEqual([0]))
    return { counts, letBe }
  }

  it('is told of a saved form once, when it has been said that it is saved', async () => {
    const { db } = await enrolled()
    const { counts, letBe } = await watching(db)
    await laid(db)
    const draft = await seenDraft(db, hoursName(BOOK))
    await prepareHours(db, hours, 7, draft)
    await logHours(db, hours, 8, draft)
    await passed(50)
    expect(counts).toEqual([0])
    tellNow()
    await vi.waitFor(() => expect(counts).toEqual([0, 1]))
    await passed(1_200)
    expect(counts).toEqual([0, 1])
    letBe()
  })

  it('is told of it also when nobody says so', async () => {
    const { db } = await enrolled()
    const { counts, letBe } = await watching(db)
    await logHours(db, hours, 8, await seenDraft(db, hoursName(BOOK)))
    await vi.waitFor(() => expect(counts).toEqual([0, 1]), 3_000)
    letBe()
  })

  it('is told at once of whatever no form was left for', async () => {
    const { db } = await enrolled()
    const { counts, letBe } = await watching(db)
    await logHours(db, hours, 8)
    await passed(50)
    expect(counts).toEqual([0, 1])
    letBe()
  })
})

describe('what a form that stands open has at hand', () => {
  it('spares the reading, once', async () => {
    const { db } = await enrolled()
    let begun: string[] = []
    const fresh = await watched(db, (stores, mode) => stores.includes('keys') && begun.push(mode))
    await laid(fresh)
    begun = []
    await logHours(fresh, { ...hours, text: '一' }, 7)
    expect(begun).toEqual(['readwrite'])
    await logHours(fresh, { ...hours, text: '二' }, 8)
    expect(begun).toEqual(['readwrite', 'readonly', 'readwrite'])
    expect(await countsOf(db)).toEqual([1, 2])
  })

  it('gives no number twice when it has grown old', async () => {
    const { db } = await enrolled()
    await laid(db)
    await (await tab(db))('另一页')
    expect(isRefused(await logHours(db, { ...hours, text: '这一页' }, 8))).toBe(false)
    expect(await countsOf(db)).toEqual([1, 2])
  })

  it('says no to nothing that what stands there now allows, and keeps it once', async () => {
    const { db } = await enrolled()
    const row = (await db.docs.get([BOOK, BOOK]))!
    await db.docs.put({ ...row, body: { ...row.body, locked: [hours.day.slice(0, 7)] } as typeof row.body })
    expect(await logHours(db, hours, 7)).toEqual({ refused: 'month_locked' })
    await laid(db)
    await db.docs.put(row)
    expect(isRefused(await logHours(db, hours, 8))).toBe(false)
    expect(await countsOf(db)).toEqual([1])
  })

  it('is left alone where saved means delivered: a no may come after the sending', async () => {
    const { db } = await enrolled()
    await db.meta.put({ name: 'once', body: true })
    let begun: string[] = []
    const fresh = await watched(db, (stores, mode) => stores.includes('keys') && begun.push(mode))
    await laid(fresh)
    begun = []
    void logHours(fresh, hours, 7)
    await vi.waitFor(() => expect(begun).not.toEqual([]))
    expect(begun[0]).toBe('readonly')
  })
})

describe('what is prepared while a form stands open', () => {
  const everything = async (db: AccountDb) => Promise.all(db.tables.map(async (table) => [table.name, await table.toArray()] as const))
  const written = async (db: AccountDb) => (await db.outbox.toArray()).map(({ jws, id }) => parseOp(jws, id) as Op)

  it('does all that a save does but the signing, and leaves nothing behind', async () => {
    const { db } = await enrolled()
    await keepDraft(db, hoursName(BOOK), { ...blank(hours.day), book: BOOK, end: 600, module: 'M1', place: 'p', text: 'x' })
    const before = await everything(db)
    const added: unknown[] = []
    const seen: unknown[] = []
    db.outbox.hook('creating', (_key, row) => void added.push(row.jws))
    const told = liveQuery(() => db.outbox.toArray()).subscribe((rows) => seen.push(rows.length))
    await vi.waitFor(() => expect(seen).toEqual([0]))
    await laid(db)
    await prepareHours(db, hours, 7, await seenDraft(db, hoursName(BOOK)))
    expect(added).toEqual([expect.stringMatching(/\.A{86}$/)])
    expect(await everything(db)).toEqual(before)
    await new Promise((go) => setTimeout(go, 50))
    expect(seen).toEqual([0])
    expect(isRefused(await logHours(db, hours, 8, await seenDraft(db, hoursName(BOOK))))).toBe(false)
    expect(await countsOf(db)).toEqual([1])
    tellNow()
    await vi.waitFor(() => expect(seen.at(-1)).toBe(1))
    told.unsubscribe()
  })

  it('is signed as it was judged, at the moment somebody says so', async () => {
    const { db, key } = await enrolled()
    let begun: string[] = []
    const fresh = await watched(db, (stores, mode) => stores.includes('keys') && begun.push(mode))
    const pen = await readPen(fresh, new Map([[BOOK, [BOOK]]]))
    layReady(fresh, BOOK, pen)
    await prepareHours(fresh, hours, 7, null)
    // Were it judged once more, it would be by this, and everything would be read again.
    const docs = pen.docs.get(BOOK)!
    docs.set(BOOK, { ...(docs.get(BOOK) as BookDoc), locked: [hours.day.slice(0, 7)] })
    begun = []
    const made = await logHours(fresh, hours, 99_000)
    expect(begun).toEqual(['readwrite'])
    const [op] = await written(db)
    expect(made).toEqual({ id: op!.id, doc: op!.doc })
    expect(op).toMatchObject({ at: 99_000, count: 1, by: LIN, fields: { text: hours.text.normalize() } })
    expect(op!.id).toBe(opId(op!.jws.split('.').slice(0, 2).join('.')))
    const split = splitJws(op!.jws)!
    expect(await holds(key.jwk, split.input, split.parts[2]!)).toBe(true)
  })

  it('is not what is saved when another word was written since, or the book has changed', async () => {
    const { db } = await enrolled()
    await laid(db)
    await prepareHours(db, hours, 7, null)
    expect(isRefused(await logHours(db, { ...hours, text: '后来改的' }, 8))).toBe(false)
    expect((await written(db))[0]!.fields).toMatchObject({ text: '后来改的' })
    await laid(db)
    await prepareHours(db, hours, 9, null)
    const row = (await db.docs.get([BOOK, BOOK]))!
    await db.docs.put({ ...row, body: { ...row.body, locked: [hours.day.slice(0, 7)] } as typeof row.body })
    await laid(db)
    expect(await logHours(db, hours, 10)).toEqual({ refused: 'month_locked' })
    expect(await countsOf(db)).toEqual([1])
  })

  it('keeps one entry when the phone lost the word that it was kept', async () => {
    const { db } = await enrolled()
    await laid(db)
    await prepareHours(db, hours, 7, null)
    const transact = db.transaction.bind(db) as (...all: unknown[]) => Promise<unknown>
    let lost = 0
    db.transaction = (async (...all: unknown[]) => {
      const done = await transact(...all)
      if (all[0] === 'rw' && (lost += 1) === 1) throw new DOMException('connection lost', 'UnknownError')
      return done
    }) as unknown as typeof db.transaction
    const made = await logHours(db, hours, 8)
    if (isRefused(made)) throw new Error(made.refused)
    expect(lost).toBeGreaterThan(1)
    expect(await countsOf(db)).toEqual([1])
    const { version } = replay(rows, await readOutbox(db)).docs.get(made.doc) as EntryDoc
    lost = 0
    expect(isRefused(await reviseHours(db, { id: made.doc, version }, { ...hours, text: '改过' }, 9))).toBe(false)
    expect(lost).toBeGreaterThan(1)
    expect(replay(rows, await readOutbox(db)).docs.get(made.doc)).toMatchObject({ content: { text: '改过' }, rivals: [] })
    expect(await countsOf(db)).toEqual([1, 2])
  })

  it('gives no number twice when another page has taken it', async () => {
    const { db } = await enrolled()
    await laid(db)
    await prepareHours(db, hours, 7, null)
    await (await tab(db))('另一页')
    expect(isRefused(await logHours(db, hours, 8))).toBe(false)
    expect(await countsOf(db)).toEqual([1, 2])
  })

  it('is nothing that is refused, and nothing with a key that counts in memory', async () => {
    const { db, key } = await enrolled()
    await laid(db)
    await prepareHours(db, { ...hours, end: hours.start }, 7, null)
    expect(await logHours(db, { ...hours, end: hours.start }, 8)).toEqual({ refused: 'times_crossed' })
    lendKey(db, { ...key, certificate: 'certificate' })
    await laid(db)
    await prepareHours(db, hours, 7, null)
    expect(lentKey(db)?.count).toBe(key.count)
  })
})
