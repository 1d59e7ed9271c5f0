import { describe, expect, it } from 'vitest'
import type { BookDoc, Docs, EntryDoc, Plan, PresenceDoc } from '../../src/sync/book'
import { monthOf } from '../../src/sync/days'
import { lessonsOf } from '../../src/sync/sums'
import { countedOf, monthOfBook, planUntil, sharesOf } from '../../src/use/book/credit'
import { head } from '../cast'
import told from '../../../tests/vectors/credit.json'

interface Piece {
  id: string
  day: string
  start: number
  end: number
  rest: number
  module: string
  place_kind: EntryDoc['content']['place_kind']
  minutes: number | null
  present: boolean
}

const vectors = told as unknown as {
  day: { day: string; first: string; last: string; docs: Record<string, unknown>; minutes: number; modules: Record<string, [number, number]> }
  year: { plan: Plan; first: string; last: string; pieces: Piece[]; claimed: number }
}

/** The entry and, where somebody was seen at the base, the presence that a piece stands for. */
function docsOf({ id, day, start, end, rest, module, place_kind, minutes, present }: Piece): (EntryDoc | PresenceDoc)[] {
  const presence: PresenceDoc = { id: `p-${id}`, kind: 'presence', state: 'out', by: 'a', base: 'b', workstation: null, day, start: 0, code: null, end: 1440, at: 1 }
  const seal = { op: `s-${id}`, of: id, by: 'm', at: 2, how: 'list' as const, note: null, scores: [], struck: false }
  const entry: EntryDoc = {
    ...{ id, kind: 'entry', state: minutes === null ? 'returned' : 'signed', by: 'a', version: id, versions: [{ op: id, minutes: end - start - rest }], at: 1 },
    content: { day, start, end, break: rest, module, place_kind, nature: 'practice', place: null, text: '', photos: [], safety: true, shared: false,
      late_reason: null, presence: present ? presence.id : null },
    ...{ seals: minutes === null ? [] : [{ ...seal, minutes }], returns: [], rivals: [], recognised: null, queries: [], reversals: [], withdrawn: null },
  }
  return present ? [entry, presence] : [entry]
}

describe('the month summary', () => {
  it('counts 480 minutes, 10.6 学时, of the worked day, and says of three entries why they fall short', () => {
    const { day, first, last, docs: given } = vectors.day
    const docs: Docs = new Map(Object.entries(given)) as never
    const plan = [...docs.values()].find((doc): doc is BookDoc => doc.kind === 'book')!.plan!
    const book: BookDoc = { ...head, from: first, to: last, plan }
    const { figures, modules, flagged } = monthOfBook(countedOf(docs, book), monthOf(day))
    expect([figures.counted, lessonsOf(figures.counted, plan)]).toEqual([480, '10.6'])
    expect(modules.map(({ code, figures: { counted } }) => [code, counted]).sort()).toEqual([['M3', 240], ['M4', 240]])
    expect(flagged.flatMap(({ entries }) => entries.map(({ share }) => share.flags)).sort()).toEqual([['DAY_CAP'], ['NIGHT'], ['OVERLAP']])
    const shares = sharesOf(docs, book, day)
    expect([...shares.values()].reduce((sum, { minutes }) => sum + minutes, 0)).toBe(480)
  })

  it('comes over the worked year to 615 学时 logged and 600 counted, month by month the sum of the entries', () => {
    const { plan, first, last, pieces, claimed } = vectors.year
    const book: BookDoc = { ...head, from: first, to: last, plan }
    const docs: Docs = new Map(pieces.flatMap(docsOf).map((doc) => [doc.id, doc]))
    const days = countedOf(docs, book)
    const months = [...new Set(pieces.map(({ day }) => monthOf(day)))].sort()
    const sums = months.map((month) => monthOfBook(days, month))
    expect(sums.reduce((sum, { figures }) => sum + figures.logged, 0)).toBe(claimed)
    expect([claimed, lessonsOf(claimed, plan)]).toEqual([27675, '615.0'])
    for (const { figures, modules } of sums) {
      for (const part of ['logged', 'signed', 'counted', 'credited'] as const) {
        expect(modules.reduce((sum, row) => sum + row.figures[part], 0)).toBe(figures[part])
      }
    }
    const table = planUntil(days, book, months[months.length - 1]!)!
    expect([table.credited, lessonsOf(table.credited, plan)]).toEqual([27000, '600.0'])
    expect(table.modules.get('M2')!.over_online).toBe(135)
  })

  it('takes reversed minutes out of what was credited, and a withdrawn entry out of everything', () => {
    const { plan, first, last, pieces } = vectors.year
    const [one] = docsOf(pieces[0]!) as [EntryDoc]
    const reversal = { op: 'r', by: 'd', at: 4, minutes: -45, reason: '误记' }
    const credited: EntryDoc = { ...one, state: 'credited', recognised: { op: 'c', of: one.id, by: 'd', at: 3, minutes: 450, note: null }, reversals: [reversal] }
    const gone: EntryDoc = { ...one, id: 'gone', state: 'withdrawn' }
    const book: BookDoc = { ...head, from: first, to: last, plan }
    const { figures } = monthOfBook(countedOf(new Map([credited, gone].map((doc) => [doc.id, doc])), book), monthOf(one.content.day))
    expect(figures).toMatchObject({ logged: 450, credited: 405, reversed: -45 })
  })
})
