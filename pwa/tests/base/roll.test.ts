/* Who is at a base and when: what runs, who may have been there, what a form begins with. */
import { describe, expect, it } from 'vitest'
import { isItsKiosk, isTrainer, likely, openOn, sessionsIn, wrongClocks } from '../../src/use/base/base'
import { endFor, lessonLike } from '../../src/use/base/lesson'
import { codeOf, runningIn, unwritten } from '../../src/use/base/presence'
import { modulesOf, rollOf } from '../../src/use/base/roll'
import { prefill } from '../../src/use/hours/form'
import type { BookDoc, Doc, PresenceDoc, SessionDoc } from '../../src/sync/book'
import { codeInput } from '../../src/sync/code'
import { withSignature } from '../../src/sync/op'
import { LIN } from '../cast'
import { entryDoc, MASTER, mentorHead, plan } from '../mentors'
import { BASE, baseHead, checkedIn, KIOSK, lesson, SAID, SESSION } from './cast'

const DAY = '2026-11-20'
const docsOf = (...docs: Doc[]) => new Map(docs.map((doc) => [doc.id, doc]))
const viewOf = (...docs: Doc[]) => ({ docs: docsOf(...docs), local: new Set<string>(), attention: new Set<string>() })
const coded = (change: object = {}): string => withSignature(codeInput('k'.repeat(43), { ...SAID, turn: 1, ...change }, 'n'), new Uint8Array(64))
const another = (id: string, change: Partial<SessionDoc> = {}) => lesson({ id, ...change })

describe('the sessions of a base', () => {
  const morning = another('m', { start: 480, end: 600 })
  const noon = another('n', { start: 610, end: 720 })
  const old = another('o', { day: '2026-11-19' })
  const over = another('c', { start: 300, end: 400, state: 'closed' })
  const docs = docsOf(baseHead, noon, old, morning, over)

  it('stand with the latest first; a kiosk shows those of today that are open, in their order', () => {
    expect(sessionsIn(docs).map(({ id }) => id)).toEqual(['n', 'm', 'c', 'o'])
    expect(openOn(docs, DAY).map(({ id }) => id)).toEqual(['m', 'n'])
    expect(openOn(docs, '2026-11-21')).toEqual([])
  })

  it.each([
    ['before the first comes near', 449, null],
    ['half an hour before it', 450, 'm'],
    ['while it runs', 599, 'm'],
    ['between two', 600, 'm'],
    ['while the next runs', 615, 'n'],
    ['half an hour after the last', 750, 'n'],
    ['later', 751, null],
  ])('the code is for the likely one: %s', (_, minute, id) => {
    expect(likely([morning, noon], minute)?.id ?? null).toBe(id)
  })

  it('know their people by day and role', () => {
    expect([isTrainer(baseHead, MASTER, DAY), isTrainer(baseHead, KIOSK, DAY), isTrainer(baseHead, MASTER, '2026-08-31')]).toEqual([true, false, false])
    expect([isItsKiosk(baseHead, KIOSK, DAY), isItsKiosk(baseHead, MASTER, DAY)]).toEqual([true, false])
  })

  it('name a kiosk whose clock is wrong, not one that is nearly right', () => {
    const kiosk = (id: string, seconds: number): Doc => ({ id, kind: 'kiosk', state: 'heard', person: KIOSK, device: 'd', seconds, at: 1 })
    expect(wrongClocks(docsOf(kiosk('a', 60), kiosk('b', 61), kiosk('c', -400))).map(({ id }) => id)).toEqual(['b', 'c'])
  })

  it('begin as the last one of the same trainer was', () => {
    const mine = another('x', { day: '2026-11-19', start: 480, end: 570, topic: '焊接', workstation: null, module: null })
    const theirs = another('y', { by: KIOSK, topic: '别人的' })
    expect(lessonLike(docsOf(baseHead, mine, theirs), MASTER, 487)).toEqual({ start: 485, end: 575, workstation: '', module: '', topic: '焊接' })
    expect(lessonLike(docsOf(baseHead), MASTER, 1439)).toMatchObject({ start: 1435, end: 1440, topic: '' })
  })

  it('end when they are closed, or as they were meant to', () => {
    expect([endFor(lesson(), DAY, 1100), endFor(lesson(), DAY, 1300), endFor(lesson(), '2026-11-21', 1100), endFor(lesson(), DAY, 1020)]).toEqual([1100, 1200, 1200, 1200])
  })
})

describe('the roll', () => {
  const head = (id: string, person: string, change: Partial<BookDoc> = {}): BookDoc => ({ ...mentorHead, id, apprentice: person, ...change })
  const book = (id: string, owner: string, person: string, docs: Doc[] = [], change: Partial<BookDoc> = {}) => ({
    ...{ id, owner, head: head(id, person, change), view: viewOf(...docs) },
  })
  const mine = (person: string, change: Partial<PresenceDoc> = {}) => checkedIn({ by: person, ...change })

  it('begins with those who have checked in, by name, and says from when to when', () => {
    const gone = mine('a', { start: 1040, end: 1100, state: 'out', code: coded() })
    const books = [book('1', '王', 'w'), book('2', '李', 'l', [mine('l', { code: coded() })]), book('3', '安', 'a', [gone])]
    expect(rollOf(books, baseHead, lesson(), MASTER).map(({ name, start, end, own }) => [name, start, end, own !== null])).toEqual([
      ['安', 1040, 1100, true],
      ['李', 1025, 1200, true],
      ['王', 1020, 1200, false],
    ])
  })

  it('counts no check-in elsewhere, of another day or for another session', () => {
    const odd = [{ base: 'x' }, { day: '2026-11-19' }, { code: coded({ session: SESSION.replace('c', 'd') }) }, { start: 1231 }]
    for (const change of odd) expect(rollOf([book('1', '王', 'w', [mine('w', change)])], baseHead, lesson(), MASTER)[0]?.own).toBeNull()
    expect(rollOf([book('1', '王', 'w', [mine('w')])], baseHead, lesson(), MASTER)[0]?.own).not.toBeNull()
  })

  it('has only those in whose books he signs on that day, and no locked month', () => {
    const books = [book('1', '王', 'w', [], { members: [] }), book('2', '李', 'l', [], { locked: ['2026-11'] }), book('3', '安', 'a')]
    expect(rollOf(books, baseHead, lesson(), MASTER).map(({ name }) => name)).toEqual(['安'])
    expect(rollOf(books, baseHead, lesson({ day: '2026-08-30' }), MASTER)).toEqual([])
  })

  it('has nobody twice: the book in which he checked in stands', () => {
    const books = [book('1', '王', 'w'), book('2', '王', 'w', [mine('w')]), book('3', '王', 'w')]
    expect(rollOf(books, baseHead, lesson(), MASTER).map(({ book: id }) => id)).toEqual(['2'])
  })

  it('knows the modules by the plans, each once', () => {
    expect(modulesOf([book('1', '王', 'w', [], { plan }), book('2', '李', 'l', [], { plan })])).toEqual([{ id: 'M1', name: '制动系统' }, { id: 'M2', name: '发动机' }])
  })
})

describe('the hours form', () => {
  const known = (docs: Doc[], change: object = {}) => ({ days: [], docs: docsOf(...docs), person: LIN, plan, today: DAY, minute: 1100, timed: null, ...change })
  const gone = checkedIn({ state: 'out', end: 1095, code: coded() })

  it('begins with the check-in that runs: its time, place and module', () => {
    expect(prefill(known([checkedIn({ code: coded() })]))).toMatchObject({ start: 1025, end: 1100, place: 'kind:base', module: 'M2', presence: gone.id })
    expect(prefill(known([checkedIn()])).module).toBe('')
  })

  it.each([
    ['the base itself', [{ id: 'a', name: '甲' }, { id: BASE, name: '乙' }], BASE],
    ['one of its name', [{ id: 'a', name: '甲' }, { id: 'b', name: SAID.name }], 'b'],
    ['the only one', [{ id: 'a', name: '甲' }], 'a'],
    ['none of several', [{ id: 'a', name: '甲' }, { id: 'b', name: '乙' }], ''],
    ['the kind, where the plan names none', [], 'kind:base'],
  ])('takes from the plan’s places %s', (_, bases, place) => {
    const places = [{ id: 'post', name: SAID.name, kind: 'post' as const }, ...bases.map((one) => ({ ...one, kind: 'base' as const }))]
    expect(prefill(known([checkedIn({ code: coded() })], { plan: { ...plan, places } })).place).toBe(place)
  })

  it('begins with the last one that is over and not written down yet', () => {
    expect(prefill(known([gone]))).toMatchObject({ start: 1025, end: 1095, presence: gone.id })
    const seen: PresenceDoc = { ...gone, id: 'seen', by: MASTER, session: SESSION, code: null }
    expect(prefill(known([seen]))).toMatchObject({ start: 1025, end: 1095, presence: 'seen' })
  })

  it('leaves alone what is written down, another day, and a module the plan does not have', () => {
    const entry = { ...entryDoc('a', { start: 1000, end: 1090 }) }
    expect(prefill(known([gone, entry])).presence).toBeNull()
    expect(prefill(known([gone, { ...entry, state: 'withdrawn' }])).presence).toBe(gone.id)
    expect(prefill(known([{ ...gone, day: '2026-11-19' }])).presence).toBeNull()
    expect(prefill(known([{ ...gone, code: coded({ module: 'M9' }) }])).module).toBe('')
  })

  it('the latest check-in is the one that runs; somebody else’s is not mine', () => {
    const later = checkedIn({ id: 'later', start: 1050 })
    expect(runningIn(docsOf(later, checkedIn()), LIN, DAY)?.id).toBe('later')
    expect(runningIn(docsOf(checkedIn({ by: MASTER })), LIN, DAY)).toBeNull()
    expect(unwritten(docsOf(gone, later), LIN, DAY)?.id).toBe('later')
  })

  it('a code that cannot be read says nothing', () => {
    expect(codeOf(checkedIn({ code: 'x' }))).toBeNull()
    expect(codeOf(checkedIn({ code: coded() }))).toMatchObject({ name: SAID.name, session: SESSION })
  })
})
