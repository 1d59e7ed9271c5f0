/* What needs a person is one number, whatever screen says it. */
import { effectScope, shallowRef } from 'vue'
import { describe, expect, it, vi } from 'vitest'
import { logHours, reviseHours } from '../../src/actions/book/hours'
import { isRefused } from '../../src/actions/refused'
import { keepPhoto, notePhoto, queuePhotos } from '../../src/db/form/photos'
import type { AccountDb } from '../../src/db/account/account'
import type { Doc, EntryDoc, NoteDoc, ResultContent, ResultDoc } from '../../src/sync/book'
import { DAY_MS } from '../../src/sync/days'
import { needOf } from '../../src/use/book/attention'
import { useNeeds, type Needs } from '../../src/use/book/needs'
import { undisturbed } from '../../src/use/screen/calm'
import { useStatus, type LineState } from '../../src/use/account/status'
import { BOOK, enrolled, head, hours, LIN } from '../cast'
import { entryDoc, MASTER, seal } from '../mentors'

const LINE: LineState = { running: false, online: true, failure: null, sent: 0, left: 0, synced_at: 1, contact_at: null, reset: false }

const returned = (letter: string, day: string): EntryDoc => {
  const entry = entryDoc(letter, { day })
  return { ...entry, state: 'returned', returns: [{ op: letter.repeat(43), of: entry.version, by: MASTER, reason: '写清楚', at: entry.at + DAY_MS }] }
}

const queried = (letter: string): EntryDoc => {
  const entry = entryDoc(letter)
  return { ...entry, state: 'queried', seals: [seal(entry)], queries: [{ op: letter.repeat(43), by: MASTER, reason: '几点？', at: entry.at + DAY_MS }] }
}

const content: ResultContent = {
  ...{ competition: '技能节', year: 2026, level: 'city_1', event: '数控', division: 'student', rank: 1, award: null, score: null, day: '2026-11-20', photos: [] },
}

const result = (rivals: ResultDoc['rivals']): ResultDoc => ({
  ...{ id: '0000000f-0000-4000-8000-000000000000', kind: 'result', state: 'claimed', by: LIN, version: 'r'.repeat(43), content, at: 1 },
  ...{ versions: [], rivals, decisions: [] },
})

const answer = (entry: EntryDoc): NoteDoc => ({
  ...{ id: '0000000e-0000-4000-8000-000000000000', kind: 'note', state: 'added', by: LIN, text: '八点', about: entry.id, at: entry.at + 2 * DAY_MS },
})

const put = (db: AccountDb, ...docs: Doc[]) => db.docs.bulkPut(docs.map((body, at) => ({ book: BOOK, id: body.id, seq: at + 2, body })))

async function refusedPhoto(db: AccountDb) {
  const hash = 'a'.repeat(64)
  await keepPhoto(db, { hash, bytes: new Uint8Array([1]), thumb: new Uint8Array([2]) }, true, 5)
  await queuePhotos(db, [hash], 6)
  await notePhoto(db, hash, { state: 'refused', word: 'not_a_photo' }, 7)
}

/** What stands on the screens: the list, the number on Today, Me and Sync, and the one in the status line. */
async function watching(db: AccountDb, work: (needs: Needs, inLine: () => number) => Promise<void>) {
  const scope = effectScope()
  const [needs, line] = scope.run(() => {
    const found = useNeeds(db, LIN)
    return [found, useStatus(db, shallowRef({ ...LINE, contact_at: Date.now() }), found.count).line] as const
  })!
  await vi.waitFor(() => expect([needs.count.value === null, line.value.key === 'status.reading']).toEqual([false, false]))
  await work(needs, () => line.value.needs)
  scope.stop()
}

describe('what needs me', () => {
  it('is nothing in a book of which all is well', async () => {
    const { db } = await enrolled()
    await put(db, entryDoc('a'), result([]))
    await watching(db, async ({ count, entries }, inLine) => expect([count.value, entries.value, inLine()]).toEqual([0, [], 0]))
  })

  it('counts entries, refused ops, results and photos, each once, and what is answered not at all', async () => {
    const { db } = await enrolled()
    const asked = queried('c')
    await put(db, entryDoc('a'), returned('b', '2026-11-18'), asked, answer(asked), returned('d', '2026-11-19'))
    await db.docs.put({ book: BOOK, id: 'result', seq: 9, body: result([{ op: 'q'.repeat(43), content, at: 2 } as never]) })
    await logHours(db, hours, 7)
    await db.outbox.toCollection().modify({ state: 'refused', word: 'bad_field' })
    await refusedPhoto(db)
    await watching(db, async ({ count, troubles, entries, results, photos, onlyReturned }, inLine) => {
      expect(entries.value.map(({ shown, why, answer: said }) => [shown.entry.content.day, why, said])).toEqual([
        ['2026-11-19', 'returned', ''],
        ['2026-11-18', 'returned', ''],
        ['2026-11-20', 'queried', '八点'],
      ])
      expect([troubles.value.length, results.value.length, photos.value.length]).toEqual([1, 1, 1])
      expect([count.value, inLine(), onlyReturned.value]).toEqual([5, 5, false])
      await db.outbox.clear()
      await vi.waitFor(() => expect([count.value, inLine()]).toEqual([4, 4]))
    })
  })

  it.each(['', 'while what somebody waits for is painted'])('is one less as soon as it is mended, with no network, again and again %s', async (painted) => {
    const { db } = await enrolled()
    const back = ['a', 'b', 'c'].map((letter, at) => returned(letter, `2026-11-1${at}`))
    await put(db, ...back)
    await watching(db, async ({ count }, inLine) => {
      for (const [at, { id, version, content: { day } }] of back.entries()) {
        const mend = () => reviseHours(db, { id, version }, { ...hours, day }, 9)
        expect(isRefused(await (painted ? undisturbed(mend) : mend()))).toBe(false)
        await vi.waitFor(() => expect([count.value, inLine()]).toEqual([2 - at, 2 - at]), 3_000)
      }
    })
  })

  it('does not ask a carrier about what was refused to somebody else', async () => {
    const { db } = await enrolled()
    await logHours(db, hours, 7)
    await db.outbox.toCollection().modify({ state: 'refused', word: 'bad_field', carried: true })
    await watching(db, async ({ count, troubles }, inLine) => {
      expect([count.value, troubles.value.length, inLine()]).toEqual([0, 0, 0])
      await db.outbox.toCollection().modify({ state: 'stuck' })
      await vi.waitFor(() => expect([count.value, troubles.value.length]).toEqual([1, 1]))
    })
  })

  it('says which month was locked', async () => {
    const { db } = await enrolled()
    await logHours(db, { ...hours, day: '2026-11-19' }, 7)
    await db.outbox.toCollection().modify({ state: 'refused', word: 'month_locked' })
    await db.docs.put({ book: BOOK, id: BOOK, seq: 2, body: { ...head, locked: ['2026-10', '2026-11'] } })
    await watching(db, async ({ troubles }) => expect(troubles.value.map(needOf).map(({ month }) => month)).toEqual(['2026-11']))
  })
})
