/* What a master has in mind about each entry, and which entries an apprentice shows before he chooses. */
import { describe, expect, it } from 'vitest'
import { asWritten, decisionOf, faultIn, isAsked, spokenOf, type Ruling } from '../../src/pages/phone/meet/ruling'
import type { EntryDoc } from '../../src/sync/book'
import { daysOf } from '../../src/use/book/book'
import { likely, unsignedOf } from '../../src/use/meet/choice'
import { BOOK, LIN } from '../cast'
import { entryDoc, MASTER, mentorHead, seal } from '../mentors'

const entry = entryDoc('a')
const rule = (change: Partial<Ruling>): Ruling => ({ ...asWritten(entry), ...change })

describe('a ruling', () => {
  it('confirms as written until he says otherwise', () => {
    expect(decisionOf(BOOK, entry, asWritten(entry))).toEqual({ book: BOOK, entry: entry.id, version: entry.version, as: 'sign', minutes: 120, note: '', scores: [] })
  })

  it('is about the version he saw, whatever way it goes', () => {
    for (const as of ['sign', 'less', 'return'] as const) expect(decisionOf(BOOK, entry, rule({ as }))).toMatchObject({ version: entry.version })
    expect(decisionOf(BOOK, entry, rule({ as: 'leave' }))).toBeNull()
  })

  it('forgets the fewer minutes when he signs as written after all', () => {
    expect(decisionOf(BOOK, entry, rule({ as: 'less', minutes: 90 }))).toMatchObject({ minutes: 90 })
    expect(decisionOf(BOOK, entry, rule({ as: 'sign', minutes: 90 }))).toMatchObject({ minutes: 120 })
  })

  it.each([
    ['more minutes than written', { as: 'less', minutes: 121 }, 'sign.too_many'],
    ['no minute', { as: 'less', minutes: 0 }, 'sign.too_few'],
    ['half a minute', { as: 'less', minutes: 1.5 }, 'sign.too_few'],
    ['nothing in the box', { as: 'less', minutes: '' }, 'sign.too_few'],
    ['a return without a reason', { as: 'return', reason: '  ' }, 'sign.reason_needed'],
    ['a score without a skill', { as: 'sign', scores: [{ skill: '', score: 80 }] }, 'sign.score_bad'],
    ['a score above 100', { as: 'less', minutes: 60, scores: [{ skill: '装配', score: 101 }] }, 'sign.score_bad'],
    ['nothing, when it is left', { as: 'leave', reason: '', scores: [{ skill: '', score: '' }] }, null],
    ['nothing, when it is whole', { as: 'return', reason: '写清楚' }, null],
  ] as [string, Partial<Ruling>, string | null][])('misses %s', (_, change, word) => expect(faultIn(rule(change), entry)).toBe(word))
})

describe('an entry he is not asked about', () => {
  const signed: EntryDoc = { ...entry, seals: [seal(entry)] }

  it('is one he has signed as it stands, and its seal can be shown again', () => {
    expect(isAsked(mentorHead, entry, MASTER)).toBe(true)
    expect(isAsked(mentorHead, signed, MASTER)).toBe(false)
    expect(spokenOf(signed, MASTER)).toBe('s'.repeat(43))
    expect(spokenOf(signed, LIN)).toBeNull()
  })

  it('is asked about anew once the seal is struck', () => {
    const struck: EntryDoc = { ...entry, seals: [seal(entry, { struck: true })] }
    expect(isAsked(mentorHead, struck, MASTER)).toBe(true)
    expect(spokenOf(struck, MASTER)).toBeNull()
  })

  it('is one he has returned', () => {
    const returned: EntryDoc = { ...entry, state: 'returned', returns: [{ op: 'r'.repeat(43), of: entry.version, by: MASTER, at: entry.at, reason: '写清楚' }] }
    expect(isAsked(mentorHead, returned, MASTER)).toBe(false)
    expect(spokenOf(returned, MASTER)).toBe('r'.repeat(43))
  })

  it('is one he wrote himself, book or no book', () => {
    expect(isAsked(mentorHead, entryDoc('b', { by: MASTER }), MASTER)).toBe(false)
    expect(isAsked(null, entryDoc('b', { by: MASTER }), MASTER)).toBe(false)
    expect(isAsked(null, entry, MASTER)).toBe(true)
  })
})

describe('what an apprentice shows', () => {
  const later = entryDoc('d', { day: '2026-11-20', start: 700, end: 760 })
  const docs = [entryDoc('a', { day: '2026-11-18' }), entryDoc('b', { day: '2026-11-19' }), entryDoc('c', { day: '2026-11-20' }), later]
  const listed = (all: EntryDoc[]) => unsignedOf(daysOf({ docs: new Map(all.map((doc) => [doc.id, doc])), local: new Set(), attention: new Set() }, new Map()), LIN)
  const letters = (ids: ReadonlySet<string>) => [...ids].map((id) => id[7]).join('')

  it('is all of today, else the last day on which something waits', () => {
    expect(letters(likely(listed(docs), '2026-11-20', 20))).toBe('cd')
    expect(letters(likely(listed(docs), '2026-11-21', 20))).toBe('cd')
    expect(letters(likely(listed(docs.slice(0, 2)), '2026-11-20', 20))).toBe('b')
    expect(letters(likely(listed(docs), '2026-11-20', 1))).toBe('c')
    expect(likely([], '2026-11-20', 20).size).toBe(0)
  })

  it('never counts a day that lies ahead as the last one', () => {
    expect(letters(likely(listed(docs), '2026-11-19', 20))).toBe('b')
    expect(likely(listed(docs), '2026-11-17', 20).size).toBe(0)
  })

  it('leaves out what is signed, returned or somebody else wrote', () => {
    const [a, b, c] = docs as [EntryDoc, EntryDoc, EntryDoc]
    expect(listed([{ ...a, state: 'signed' }, { ...b, state: 'returned' }, { ...c, by: MASTER }])).toEqual([])
  })
})
