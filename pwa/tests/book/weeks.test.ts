import { describe, expect, it } from 'vitest'
import type { EntryDoc } from '../../src/sync/book'
import { mondayOf } from '../../src/sync/days'
import { daysOf } from '../../src/use/book/book'
import { pastOf } from '../../src/use/book/history'
import { countStates, ofState, partsOf, sift, slotOf, stripOf, weeksOf, type Wanted } from '../../src/use/book/weeks'
import { hours, LIN } from '../cast'

const ALL: Wanted = { state: 'all', month: '', module: '', words: '' }
const { book: _, ...content } = hours
const seal = { op: 's', of: 'v', by: 'm', at: 20, minutes: 60, how: 'list' as const, note: '好', scores: [], struck: false }

const entry = (id: string, day: string, change: Partial<EntryDoc> = {}): EntryDoc => ({
  ...{ id, kind: 'entry', state: 'logged', by: LIN, version: 'v', versions: [{ op: 'v', minutes: 225 }], at: 10 },
  ...{ content: { ...content, shared: false, day }, seals: [], returns: [], rivals: [], recognised: null, queries: [], reversals: [], withdrawn: null },
  ...change,
})

const shown = (...entries: EntryDoc[]) =>
  daysOf({ docs: new Map(entries.map((doc) => [doc.id, doc])), local: new Set(), attention: new Set() }, new Map([['m', '周国强']]))

describe('the weeks of the handbook', () => {
  it('begin on Monday, newest first, also over a new year', () => {
    expect(mondayOf('2026-11-22')).toBe('2026-11-16')
    expect(mondayOf('2027-01-01')).toBe('2026-12-28')
    const weeks = weeksOf(shown(entry('a', '2026-11-16'), entry('b', '2026-11-22'), entry('c', '2026-11-23')))
    expect(weeks.map(({ monday, sunday, days }) => [monday, sunday, days.length])).toEqual([
      ['2026-11-23', '2026-11-29', 1],
      ['2026-11-16', '2026-11-22', 2],
    ])
  })

  it('show under each day which seals are there and which are missing', () => {
    const struck = { ...seal, struck: true }
    const days = shown(
      entry('a', '2026-11-16', { state: 'signed', seals: [seal] }),
      entry('b', '2026-11-16', { seals: [struck] }),
      entry('c', '2026-11-17'),
      entry('d', '2026-11-18', { state: 'withdrawn', seals: [seal] }),
    )
    const [week] = weeksOf(days)
    expect(stripOf(week!).map(({ slots }) => slots)).toEqual([['signed', 'struck'], ['missing'], [], [], [], [], []])
    expect(days.flatMap(({ entries }) => entries.map(slotOf))).toContain(null)
  })

  it('say that an entry was taken back before that has been sent, and of others that they are only here', () => {
    const docs = new Map([entry('a', '2026-11-16', { state: 'withdrawn' }), entry('b', '2026-11-16')].map((doc) => [doc.id, doc]))
    const [day] = daysOf({ docs, local: new Set(['a', 'b']), attention: new Set() }, new Map())
    expect(day?.entries.map(({ id, state }) => [id, state])).toEqual([['a', 'withdrawn'], ['b', 'local']])
  })

  it('are sifted by month, module and words, and counted by state after that', () => {
    const days = shown(
      entry('a', '2026-10-30', { content: { ...content, shared: false, day: '2026-10-30', text: '换电池' } }),
      entry('b', '2026-11-02', { state: 'signed', seals: [seal] }),
      entry('c', '2026-11-03', { state: 'returned', returns: [{ op: 'r', of: 'v', by: 'm', reason: '写明数值', at: 3 }] }),
    )
    expect(countStates(days)).toMatchObject({ all: 3, logged: 1, signed: 1, returned: 1 })
    expect(sift(days, { ...ALL, month: '2026-11' }).length).toBe(2)
    expect(sift(days, { ...ALL, words: ' 数值 ' })[0]?.day).toBe('2026-11-03')
    expect(sift(days, { ...ALL, words: '周国强' })[0]?.day).toBe('2026-11-02')
    expect(sift(days, { ...ALL, module: 'M9' })).toEqual([])
    expect(countStates(sift(days, { ...ALL, words: '电池' })).all).toBe(1)
    expect(ofState(days, 'signed').length).toBe(1)
  })

  it('are cut into short parts that hold every entry once, also of one day with a thousand', () => {
    const days = shown(...Array.from({ length: 1000 }, (_, n) => entry(`e${n}`, '2026-11-16')))
    const parts = partsOf(weeksOf(days))
    expect(Math.max(...parts.map(({ entries }) => entries))).toBeLessThanOrEqual(6)
    expect(parts.flatMap((part) => part.days.flatMap(({ entries }) => entries)).length).toBe(1000)
    expect(parts.filter(({ first }) => first).length).toBe(1)
    expect(parts.flatMap((part) => part.days).filter(({ headed }) => headed).length).toBe(1)
    expect(partsOf(weeksOf([]))).toEqual([])
  })
})

describe('the history of an entry', () => {
  const one = entry('a', '2026-11-16', {
    version: 'w',
    versions: [{ op: 'v', minutes: 225 }, { op: 'w', minutes: 200 }],
    seals: [{ ...seal, struck: true }],
    returns: [{ op: 'r', of: 'v', by: 'm', reason: '写明数值', at: 30 }],
    queries: [{ op: 'q', by: 'd', reason: '请核对', at: 50 }],
  })
  const note = { id: 'n', kind: 'note' as const, state: 'added' as const, by: LIN, text: '已核对', about: 'a', at: 60 }

  it('tells every step in order, a version of unknown hour after what was said of the one before', () => {
    const past = pastOf(one, new Map([['n', note]]), [], null)
    expect(past.map(({ what }) => what)).toEqual(['logged', 'signed', 'returned', 'revised', 'queried', 'noted'])
    expect(past[1]).toMatchObject({ struck: true, version: 1, words: '好' })
    expect(past[0]).toMatchObject({ content: null, device: 'other' })
    expect(past[3]).toMatchObject({ content: one.content, at: null, version: 2 })
    expect(past[4]?.device).toBe('desk')
  })
})
