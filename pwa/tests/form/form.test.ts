import { describe, expect, it } from 'vitest'
import { isRefused } from '../../src/actions/refused'
import { addTemplate, dropTemplate, MOST_TEMPLATES } from '../../src/actions/form/templates'
import { bookTimer, dropTimer, startTimer, stopTimer } from '../../src/actions/form/timer'
import { readMeta } from '../../src/db/account/meta'
import { readTemplates } from '../../src/db/form/templates'
import type { BookDoc, Doc, EntryContent, EntryDoc, Plan, PresenceDoc } from '../../src/sync/book'
import { daysOf } from '../../src/use/book/book'
import { contentOf, copyOf, earlierTexts, modulesByUse, prefill, recentTexts } from '../../src/use/hours/form'
import { nearlySame } from '../../src/use/hours/similar'
import { freeSpan, proposalFor } from '../../src/use/hours/span'
import { isForgotten, minutesRun, spansOf } from '../../src/use/hours/timer'
import { isLate, stopOf, warningsOf, type Asked } from '../../src/use/hours/warnings'
import told from '../../../tests/vectors/credit.json'
import { en } from '../../src/texts/en/index'
import { zh } from '../../src/texts/zh/index'
import { BOOK, head, LIN } from '../cast'
import { phone } from '../world'

const sample = Object.values((told as unknown as { day: { docs: Record<string, Doc> } }).day.docs).find((doc): doc is BookDoc => doc.kind === 'book')!.plan!
const rules = { ...sample.rules, day_cap_minutes: 480, night_from: 1320, night_to: 360, late_days: 7, base_check_in: true }
const modules = [
  { ...sample.modules[0]!, code: 'M1', name: '制动', nature: 'practice' as const, place: 'post' as const },
  { ...sample.modules[0]!, code: 'M2', name: '点检', nature: 'practice' as const, place: 'base' as const },
]
const plan: Plan = { ...sample, modules, rules, places: [{ id: 'P1', name: '一号岗', kind: 'post' }, { id: 'B1', name: '基地', kind: 'base' }], closed_days: ['2026-10-01'] }
const book: BookDoc = { ...head, plan }
const TODAY = '2026-11-20'

const content: EntryContent = {
  ...{ day: TODAY, start: 480, end: 720, break: 0, module: 'M1', nature: 'practice', place_kind: 'post', place: 'P1' },
  ...{ text: '更换前制动片并测量制动盘', safety: true, photos: [], shared: false, late_reason: null, presence: null },
}

const entry = (id: string, change: Partial<EntryContent> = {}, more: Partial<EntryDoc> = {}): EntryDoc => ({
  ...{ id, kind: 'entry', state: 'logged', by: LIN, version: `${id}-1`, versions: [{ op: `${id}-1`, minutes: 240 }], at: 1 },
  ...{ content: { ...content, ...change }, seals: [], returns: [], rivals: [], recognised: null, queries: [], reversals: [], withdrawn: null },
  ...more,
})

const docsOf = (...docs: Doc[]): Map<string, Doc> => new Map([book, ...docs].map((doc) => [doc.id, doc]))

function asked(change: Partial<EntryContent> = {}, more: Partial<Asked> = {}): Asked {
  return { by: LIN, head: book, docs: docsOf(), content: { ...content, ...change }, entry: null, earlier: [], usual: [], today: TODAY, written: TODAY, minute: 1000, ...more }
}

const words = (question: Asked): string[] => warningsOf(question).map(({ word }) => word)

describe('what is said before saving', () => {
  it('is nothing for a plain day', () => expect(warningsOf(asked())).toEqual([]))

  it.each([
    ['future_day', { day: '2026-11-21' }],
    ['future', { start: 900, end: 1001 }],
    ['closed', { day: '2026-10-01' }],
    ['outside', { day: '2027-09-01' }],
    ['late', { day: '2026-11-12' }],
    ['night', { start: 300, end: 420 }],
    ['cap', { start: 360, end: 960 }],
    ['check_in', { module: 'M2', place_kind: 'base' as const, place: 'B1' }],
    ['no_text', { text: '  ' }],
  ])('%s', (word, change) => expect(words(asked(change))).toContain(word))

  it('a day after the phone’s is a warning that names the phone’s clock, in both languages, and never a refusal', () => {
    const question = asked({ day: '2026-11-22' })
    const [first] = warningsOf(question)
    expect(first).toEqual({ word: 'future_day', fields: { today: TODAY } })
    expect(words(question)).not.toContain('future')
    expect(zh['log.warn.future_day']).toMatch(/在手机日期（\{today\}）之后.*核对手机时间/)
    expect(en['log.warn.future_day']).toMatch(/after the date of this phone \(\{today\}\).*clock/)
    expect(stopOf(question)).toBeNull()
  })

  it('the seventh day is in time, the eighth is late, and both count in whole days over a year’s end', () => {
    expect([isLate('2026-11-13', TODAY, book), isLate('2026-11-12', TODAY, book)]).toEqual([false, true])
    expect(isLate('2026-12-28', '2027-01-04', book)).toBe(false)
    expect(isLate('2026-01-01', TODAY, null)).toBe(false)
    expect(warningsOf(asked({ day: '2026-11-10' })).find(({ word }) => word === 'late')?.fields).toEqual({ n: 10, days: 7 })
  })

  it('an overlap is named with its times; what only touches, what was withdrawn and the entry itself are none', () => {
    const there = entry('a', { start: 600, end: 660 })
    expect(warningsOf(asked({}, { docs: docsOf(there) }))).toEqual([{ word: 'overlap', fields: { from: '10:00', to: '11:00' } }])
    expect(words(asked({ start: 660, end: 720 }, { docs: docsOf(there) }))).toEqual([])
    expect(words(asked({}, { docs: docsOf({ ...there, state: 'withdrawn' }) }))).toEqual([])
    expect(words(asked({}, { docs: docsOf(there), entry: { id: 'a', version: 'a-1' } }))).toEqual([])
  })

  it('is late by the day it was first written, however late it is mended', () => {
    const mended = { day: '2026-11-01' }
    expect(words(asked(mended, { written: '2026-11-01' }))).toEqual([])
    expect(warningsOf(asked(mended, { written: '2026-11-12' }))).toEqual([{ word: 'late', fields: { n: 11, days: 7 } }])
  })

  it('the same text is told of earlier days only, and softly when it was offered', () => {
    const of = (day: string, text = content.text) => [{ id: 'a', day, text }]
    expect(words(asked({}, { earlier: of('2026-11-21') }))).toEqual([])
    expect(words(asked({}, { earlier: of(TODAY) }))).toEqual([])
    expect(warningsOf(asked({}, { earlier: of('2026-11-19') }))).toEqual([{ word: 'same_text', fields: { day: '2026-11-19' } }])
    expect(warningsOf(asked({}, { earlier: of('2026-11-19'), usual: ['更换前制动片，并测量制动盘'] }))).toEqual([{ word: 'usual_text', fields: {} }])
    const near = asked({}, { earlier: of('2026-11-19', `${content.text}厚`), usual: [`${content.text}厚`] })
    expect(words(near)).toEqual(['same_text'])
  })

  it('the cap is that of the whole day', () => {
    const there = entry('a', { start: 780, end: 960 })
    expect(words(asked({ start: 400, end: 700 }, { docs: docsOf(there) }))).toEqual([])
    expect(words(asked({ start: 400, end: 701 }, { docs: docsOf(there) }))).toEqual(['cap'])
    // The new one fits, and pushes a later one over it: he who writes is told.
    expect(words(asked({ start: 400, end: 701 }, { docs: docsOf(entry('a', { start: 701, end: 960 })) }))).toEqual(['cap'])
  })

  it('a check-in that covers the time is enough', () => {
    const presence: PresenceDoc = { id: 'p', kind: 'presence', state: 'in', by: LIN, base: 'B1', workstation: null, day: TODAY, start: 470, code: null, end: null, at: 1 }
    const base = { module: 'M2', place_kind: 'base' as const, place: 'B1' }
    expect(words(asked({ ...base, presence: 'p' }, { docs: docsOf({ ...presence, end: 730, state: 'out' }) }))).toEqual([])
    expect(words(asked({ ...base, presence: 'p' }, { docs: docsOf({ ...presence, end: 700, state: 'out' }) }))).toEqual(['check_in'])
  })

  it('a seal that a change would strike', () => {
    const seal = { op: 's', of: 'a-1', by: 'm', minutes: 240, at: 2, how: 'list' as const, note: null, scores: [], struck: false }
    const revising = (struck: boolean) => asked({}, { docs: docsOf(entry('a', {}, { seals: [{ ...seal, struck }] })), entry: { id: 'a', version: 'a-1' } })
    expect(words(revising(false))).toEqual(['sealed'])
    expect(words(revising(true))).toEqual([])
  })

  it('what the rules refuse is a stop, by their own word', () => {
    expect(stopOf(asked())).toBeNull()
    expect(stopOf(asked({ end: 480 }))).toBe('times_crossed')
    expect(stopOf(asked({ day: '2026-09-20' }))).toBe('month_locked')
    expect(stopOf(asked({}, { by: 'somebody' }))).not.toBeNull()
    const credited = entry('a', {}, { state: 'credited' })
    expect(stopOf(asked({}, { docs: docsOf(credited), entry: { id: 'a', version: 'a-1' } }))).toBe('wrong_state')
  })
})

describe('nearly the same text', () => {
  const of = (...texts: string[]) => texts.map((text, at) => ({ id: String(at), day: `2026-11-0${at + 1}`, text }))

  it('is found through punctuation, spaces, width and case', () => {
    expect(nearlySame('更换前制动片，测量ABS传感器', of('更换前制动片 测量ａｂｓ传感器。'))?.id).toBe('0')
  })

  it('is not what differs in what was done', () => {
    expect(nearlySame('更换前制动片并测量制动盘', of('更换后减震器并紧固螺栓'))).toBeNull()
    expect(nearlySame('设备点检', of('设备点检'))).toBeNull()
  })

  it('is the likest of all, and of equals the first', () => {
    const earlier = of('更换前制动片并测量制动盘厚度', '更换前制动片并测量制动盘', '更换前制动片并测量制动盘')
    expect(nearlySame('更换前制动片并测量制动盘', earlier)?.id).toBe('1')
  })

  it('stays quick with a thousand and a half texts of full length', () => {
    const many = Array.from({ length: 1500 }, (_, at) => ({ id: String(at), day: TODAY, text: `第${at}次`.padEnd(500, String.fromCharCode(0x4e00 + at)) }))
    const began = performance.now()
    expect(nearlySame('完全不同的一段文字说明', many)).toBeNull()
    expect(performance.now() - began).toBeLessThan(2000)
  })
})

describe('what the form begins with', () => {
  const view = (...docs: Doc[]) => ({ docs: docsOf(...docs), local: new Set<string>(), attention: new Set<string>() })
  const begin = (docs: Doc[], change: Partial<Parameters<typeof prefill>[0]> = {}) => {
    const shown = view(...docs)
    return prefill({ days: daysOf(shown, new Map()), docs: shown.docs, person: LIN, plan, today: TODAY, minute: 1000, timed: null, ...change })
  }

  it('is a morning without a module for the first entry of all', () => {
    expect(begin([])).toMatchObject({ day: TODAY, start: 480, end: 720, module: '', place: '', text: '', photos: [] })
  })

  it('is the same weekday’s work rather than yesterday’s, without its words, photos and check', () => {
    const friday = entry('a', { day: '2026-11-13', start: 540, end: 600, photos: ['x'], safety: true })
    const yesterday = entry('b', { day: '2026-11-19', module: 'M2', place: 'B1', place_kind: 'base' })
    expect(begin([friday, yesterday])).toMatchObject({ day: TODAY, start: 540, end: 600, module: 'M1', place: 'P1', text: '', photos: [], safety: false })
    expect(begin([yesterday])).toMatchObject({ module: 'M2', place: 'B1' })
    expect(begin([{ ...friday, state: 'withdrawn' }, yesterday])).toMatchObject({ module: 'M2' })
  })

  it('leaves out a module the plan has no more', () => {
    expect(begin([entry('a', { day: '2026-11-13', module: 'GONE' })]).module).toBe('')
  })

  it('follows what is written of today already, shorter where the gap is', () => {
    expect(begin([entry('a')])).toMatchObject({ start: 720, end: 960 })
    const morning = { start: 480, end: 720 }
    expect(freeSpan([[480, 720], [780, 1440]], morning)).toEqual({ start: 240, end: 480 })
    expect(freeSpan([[0, 480], [500, 1440]], morning)).toEqual({ start: 480, end: 500 })
    expect(freeSpan([[0, 1440]], morning)).toBeNull()
    expect(freeSpan([[0, 480], [490, 1440]], morning)).toBeNull()
  })

  it('is never the night: a full day is said to be full, and a wish for the night is moved to the day', () => {
    const night = [[0, 360], [1320, 1440]] as const
    expect(freeSpan([[360, 1320]], { start: 480, end: 720 }, night)).toBeNull()
    expect(freeSpan([[480, 1320]], { start: 480, end: 720 }, night)).toEqual({ start: 360, end: 480 })
    expect(freeSpan([], { start: 1290, end: 1410 }, night)).toEqual({ start: 1200, end: 1320 })
    expect(freeSpan([], { start: 0, end: 225 }, night)).toEqual({ start: 360, end: 585 })
    const day = [entry('a', { start: 360, end: 800 }), entry('b', { start: 800, end: 1310 })]
    const days = daysOf(view(...day), new Map())
    expect(proposalFor(days, plan, TODAY, null)).toEqual({ day: TODAY, start: 360, end: 800, break: 0, full: true })
    expect(proposalFor(days, plan, '2026-11-19', null)).toMatchObject({ start: 360, end: 800, full: false })
    expect(proposalFor([], plan, TODAY, null)).toMatchObject({ start: 480, end: 720, full: false })
  })

  it('takes no break out of a gap that is shorter than the usual day', () => {
    const days = daysOf(view(entry('a', { start: 480, end: 1260, break: 60 })), new Map())
    expect(proposalFor(days, plan, TODAY, null)).toEqual({ day: TODAY, start: 360, end: 480, break: 0, full: false })
  })

  it('is the timer’s day and times before all, and the check-in’s before the habit', () => {
    const presence: PresenceDoc = { id: 'p', kind: 'presence', state: 'in', by: LIN, base: 'B1', workstation: null, day: TODAY, start: 600, code: null, end: null, at: 1 }
    expect(begin([presence])).toMatchObject({ start: 600, end: 1000, place: 'B1', presence: 'p' })
    expect(begin([presence], { timed: { day: '2026-11-19', start: 10, end: 20 } })).toMatchObject({ day: '2026-11-19', start: 10, end: 20, presence: null })
  })

  it('copies an entry to today without its proofs', () => {
    expect(copyOf({ ...content, day: '2026-11-01', photos: ['x'], late_reason: 'r', presence: 'p' }, TODAY)).toMatchObject({
      ...{ day: TODAY, text: content.text, module: 'M1', place: 'P1', photos: [], late_reason: '', presence: null, safety: false },
    })
  })

  it('offers the modules used most first, and each recent text once', () => {
    const [a, b] = [entry('a', { module: 'M2', text: '甲' }), entry('b', { module: 'M2', day: '2026-11-18', text: '乙' })]
    const days = daysOf(view(a, b, entry('c', { day: '2026-11-17', text: '甲' })), new Map())
    expect(modulesByUse(plan, days).map(({ id }) => id)).toEqual(['M2', 'M1'])
    expect(recentTexts(earlierTexts(days, null), 8)).toEqual(['甲', '乙'])
    expect(earlierTexts(days, 'a').map(({ id }) => id)).toEqual(['b', 'c'])
  })

  it('becomes a content only when it is whole, with a reason only when it is late', () => {
    const form = { ...copyOf(content, TODAY), late_reason: ' 忘了 ' }
    const where = { kind: 'post' as const, place: 'P1' }
    expect(contentOf(form, plan, where, true)).toMatchObject({ nature: 'practice', place: 'P1', late_reason: '忘了' })
    expect(contentOf(form, plan, where, false)?.late_reason).toBeNull()
    expect(contentOf({ ...form, break: '' }, plan, where, false)).toBeNull()
    expect(contentOf({ ...form, break: -1 }, plan, where, false)).toBeNull()
    expect(contentOf({ ...form, module: '' }, plan, where, false)).toBeNull()
    expect(contentOf(form, plan, undefined, false)).toBeNull()
  })
})

describe('the timer', () => {
  const at = (time: string): number => Date.parse(`${time}+08:00`)

  it('measures whole minutes of one day', () => {
    const timer = { book: BOOK, started_at: at('2026-11-20T08:00:30'), stopped_at: null }
    expect(spansOf(timer, at('2026-11-20T10:15:10'))).toEqual([{ day: TODAY, start: 480, end: 615 }])
    expect(minutesRun(timer, at('2026-11-20T08:01:29'))).toBe(0)
    expect(spansOf(timer, at('2026-11-20T08:00:59'))).toEqual([])
    expect(spansOf(timer, at('2026-11-20T07:00:00'))).toEqual([])
  })

  it('past midnight it is two days, and each is written down once', async () => {
    const db = await phone()
    await startTimer(db, BOOK, at('2026-11-20T22:00:00'))
    await startTimer(db, BOOK, at('2026-11-20T23:00:00'))
    const now = at('2026-11-21T01:30:00')
    const running = (await readMeta(db, 'timer'))!
    expect(spansOf(running, now)).toEqual([{ day: TODAY, start: 1320, end: 1440 }, { day: '2026-11-21', start: 0, end: 90 }])
    await stopTimer(db, now)
    await bookTimer(db, TODAY, now + 60_000)
    const rest = (await readMeta(db, 'timer'))!
    expect(spansOf(rest, now + 3_600_000)).toEqual([{ day: '2026-11-21', start: 0, end: 90 }])
    await bookTimer(db, '2026-11-21', now)
    expect(await readMeta(db, 'timer')).toBeUndefined()
  })

  it('stopped it keeps its measure, exactly at midnight it is one day, and it can be thrown away', async () => {
    const db = await phone()
    await startTimer(db, BOOK, at('2026-11-20T22:00:00'))
    await stopTimer(db, at('2026-11-21T00:00:00'))
    await stopTimer(db, at('2026-11-21T05:00:00'))
    const timer = (await readMeta(db, 'timer'))!
    expect(spansOf(timer, at('2026-11-21T09:00:00'))).toEqual([{ day: TODAY, start: 1320, end: 1440 }])
    await dropTimer(db)
    expect(await readMeta(db, 'timer')).toBeUndefined()
  })

  it('is forgotten after twelve hours, not at them', () => {
    const timer = { book: BOOK, started_at: at('2026-11-20T08:00:00'), stopped_at: null }
    expect([isForgotten(timer, at('2026-11-20T20:00:00')), isForgotten(timer, at('2026-11-20T20:00:01'))]).toEqual([false, true])
  })
})

describe('templates', () => {
  it('stand newest first, each once, and at most twenty', async () => {
    const db = await phone()
    for (let at = 0; at < MOST_TEMPLATES; at += 1) expect(await addTemplate(db, `模板 ${at}`)).toBeNull()
    expect(await addTemplate(db, ' 模板 3 ')).toBeNull()
    expect((await readTemplates(db)).slice(0, 2)).toEqual(['模板 3', '模板 19'])
    expect(await readTemplates(db)).toHaveLength(MOST_TEMPLATES)
    const full = await addTemplate(db, '第二十一条')
    expect(full).toEqual({ refused: 'template_full' })
    expect(zh['word.template_full']).toContain(String(MOST_TEMPLATES))
    await dropTemplate(db, '模板 3')
    expect(await addTemplate(db, '第二十一条')).toBeNull()
    expect((await readTemplates(db))[0]).toBe('第二十一条')
  })

  it('takes neither nothing nor half a character', async () => {
    const db = await phone()
    expect(isRefused(await addTemplate(db, '   '))).toBe(true)
    expect(isRefused(await addTemplate(db, 'x\ud800'))).toBe(true)
    expect(await readTemplates(db)).toEqual([])
  })

  it('two tabs at once lose nothing', async () => {
    const db = await phone()
    await Promise.all(['甲', '乙', '丙'].map((text) => addTemplate(db, text)))
    expect((await readTemplates(db)).sort()).toEqual(['丙', '乙', '甲'])
  })
})
