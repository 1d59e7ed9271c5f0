/* How an apprentice comes along: minutes by module, the last entry, weeks without any, and what to look at. */
import { describe, expect, it } from 'vitest'
import type { Doc, EntryDoc } from '../../src/sync/book'
import { missingWeeks, progressOf, silentDays } from '../../src/use/mentor/apprentices'
import { overWarnings, signerWarnings } from '../../src/use/hours/warnings'
import type { SignerBook } from '../../src/use/mentor/mentor'
import { BOOK } from '../cast'
import { entryDoc, mentorHead, plan, seal } from '../mentors'

const head = { ...mentorHead, plan }
const TODAY = '2026-11-21'

function book(...entries: EntryDoc[]): SignerBook {
  const docs = new Map<string, Doc>([[head.id, head], ...entries.map((entry): [string, Doc] => [entry.id, entry])])
  return { id: BOOK, owner: '林一', head, view: { docs, local: new Set(), attention: new Set() }, waiting: [] }
}

const words = (shelf: SignerBook, entry: EntryDoc) => signerWarnings(shelf.head, shelf.view, entry).map(({ word }) => word)

describe('progress', () => {
  it('holds logged, signed and credited minutes, by module and altogether', () => {
    const signed = entryDoc('b', { module: 'M2', place_kind: 'post', start: 600, end: 660 })
    const credited = entryDoc('c', { start: 700, end: 800 })
    const shelf = book(
      entryDoc('a'),
      { ...signed, state: 'signed', seals: [seal(signed, { minutes: 50 })] },
      { ...credited, state: 'credited', seals: [seal(credited, { minutes: 100 })], recognised: { op: 'k', of: credited.version, by: 'desk', at: 1, minutes: 90, note: null } },
      { ...entryDoc('d', { start: 900, end: 960 }), state: 'withdrawn' },
    )
    const told = progressOf(shelf, TODAY)
    expect([told.logged, told.signed, told.credited, told.plan]).toEqual([280, 150, 90, 900])
    expect(told.modules.map(({ code, logged, signed: ok, credited: done }) => [code, logged, ok, done])).toEqual([['M1', 220, 100, 90], ['M2', 60, 50, 0]])
    expect(told.last).toBe('2026-11-20')
  })

  it('counts what is returned, and of what is not credited what a signer should look at', () => {
    const returned: EntryDoc = { ...entryDoc('a'), state: 'returned' }
    const unsafe = entryDoc('b', { start: 660, end: 700, safety: false })
    const told = progressOf(book(returned, unsafe), TODAY)
    expect([told.returned, told.flagged]).toEqual([1, 1])
  })

  it('says nothing where nothing is', () => {
    expect(progressOf(book(), TODAY)).toMatchObject({ logged: 0, last: null, returned: 0, flagged: 0 })
    expect([silentDays(null, TODAY), silentDays('2026-11-20', TODAY), silentDays('2026-11-25', TODAY)]).toEqual([null, 1, 0])
  })
})

describe('weeks without an entry', () => {
  const span = { from: '2026-09-28', to: '2026-10-25', plan }

  it('are full ones of the agreement, over, in which somebody could have worked', () => {
    expect(missingWeeks(span, ['2026-09-30', '2026-10-18'], '2026-10-19')).toEqual(['2026-10-05'])
    expect(missingWeeks(span, [], '2026-10-04')).toEqual([])
    expect(missingWeeks(span, [], '2027-01-01')).toEqual(['2026-09-28', '2026-10-05', '2026-10-12', '2026-10-19'])
  })

  it('are none where every working day was closed', () => {
    const closed = ['2026-10-05', '2026-10-06', '2026-10-07', '2026-10-08', '2026-10-09']
    expect(missingWeeks({ ...span, plan: { ...plan, closed_days: closed } }, ['2026-09-28', '2026-10-12', '2026-10-19'], '2027-01-01')).toEqual([])
  })
})

describe('what a signer is told', () => {
  it('is nothing of a plain entry', () => {
    const entry = entryDoc('a')
    expect(words(book(entry), entry)).toEqual([])
  })

  it('is told of both that overlap, and of a day that is too long at the entry that passes the cap and after it', () => {
    const [one, two, three] = [entryDoc('a', { start: 480, end: 720 }), entryDoc('b', { start: 700, end: 900 }), entryDoc('c', { start: 900, end: 1020 })]
    const shelf = book(one, two, three)
    expect([one, two, three].map((entry) => words(shelf, entry))).toEqual([['overlap'], ['overlap'], ['cap']])
    const four = entryDoc('d', { start: 1020, end: 1080 })
    expect([one, three, four].map((entry) => words(book(four, one, two, three), entry))).toEqual([['overlap'], ['cap'], ['cap']])
  })

  it('weighs what was lowered as it was signed', () => {
    const one = entryDoc('a', { start: 480, end: 900 })
    const lowered: EntryDoc = { ...one, state: 'signed', seals: [seal(one, { minutes: 200 })] }
    const two = entryDoc('b', { start: 900, end: 1100 })
    expect(words(book(one, two), two)).toEqual(['cap'])
    expect(words(book(lowered, two), two)).toEqual([])
  })

  it.each<[string, Parameters<typeof entryDoc>[1]]>([
    ['night', { start: 1300, end: 1380 }],
    ['no_module', { module: 'M9' }],
    ['check_in', { module: 'M2', place_kind: 'base' }],
    ['no_safety', { safety: false }],
    ['no_text', { text: ' ' }],
    ['future_day', { day: '2026-11-21' }],
    ['late', { day: '2026-11-12' }],
  ])('names %s', (word, change) => {
    const entry = entryDoc('a', change)
    expect(words(book(entry), entry)).toEqual([word])
  })

  it('names a day outside the agreement, and a closed one', () => {
    const [outside, closed] = [entryDoc('a', { day: '2026-08-31' }), entryDoc('b', { day: '2026-10-01' })]
    const shelf = book(outside, closed)
    expect([words(shelf, outside), words(shelf, closed)]).toEqual([['outside', 'late'], ['closed', 'late']])
  })

  it('is not told later that it was written before the end of the shift, only while its time is not over', () => {
    const entry = entryDoc('a', { start: 660, end: 780 })
    expect(words(book(entry), entry)).toEqual([])
    const { day } = entry.content
    const at = (clock: string, on = day) => overWarnings(entry.content, Date.parse(`${on}T${clock}+08:00`))
    expect(at('12:59:59')).toEqual([{ word: 'not_over', fields: { day, to: '13:00' } }])
    expect([at('13:00:00'), at('00:00:00', '2026-12-24')]).toEqual([[], []])
    expect(at('23:59:00', '2026-01-01')).toHaveLength(1)
  })

  it('takes a day that was put right for written when it was put right', () => {
    const entry = entryDoc('a', { day: '2026-11-21' })
    const first = Date.parse('2026-11-20T23:50+08:00')
    const second = Date.parse('2026-11-21T00:10+08:00')
    const mended: EntryDoc = { ...entry, at: first, versions: [{ op: 'first', minutes: 120, at: first }, { op: entry.version, minutes: 120, at: second }] }
    expect(words(book({ ...mended, version: 'first' }), { ...mended, version: 'first' })).toEqual(['future_day'])
    expect(words(book(mended), mended)).toEqual([])
  })

  it('finds the same text with other signs on another day, and not itself', () => {
    const one = entryDoc('a', { text: '更换前制动片，测量厚度' })
    const two = entryDoc('b', { day: '2026-11-19', text: '更换前制动片 测量厚度。' })
    const shelf = book(one, two)
    expect(signerWarnings(head, shelf.view, one)).toEqual([{ word: 'same_text', fields: { day: '2026-11-19' } }])
    // The earlier of two was not copied from the later.
    expect(words(shelf, two)).toEqual([])
    expect(words(book(one, { ...two, state: 'withdrawn' }), one)).toEqual([])
  })

  it('comes first with two versions nobody has chosen from', () => {
    const entry = entryDoc('a', { safety: false })
    const rival = { op: 'q', of: entry.version, by: entry.by, content: entry.content, at: entry.at }
    const two: EntryDoc = { ...entry, rivals: [rival] }
    expect(words(book(two), two)).toEqual(['rivals', 'no_safety'])
  })

  it('stays quick over a thousand entries of much the same text', () => {
    const many = Array.from({ length: 1000 }, (_, at): EntryDoc => {
      const one = entryDoc('a', { start: 480 + (at % 8), end: 500 + (at % 8), text: `更换前制动片 ${at}` })
      return { ...one, id: `${String(at).padStart(8, '0')}-0000-4000-8000-000000000000` }
    }).map((one, at) => ({ ...one, content: { ...one.content, day: `2026-11-${String(1 + (at % 20)).padStart(2, '0')}` } }))
    const began = performance.now()
    expect(progressOf(book(...many), TODAY).flagged).toBe(1000)
    expect(performance.now() - began).toBeLessThan(2000)
  })
})
