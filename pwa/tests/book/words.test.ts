/* How an entry and a result are said: the same on every screen, and two contents of one thing told apart. */
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { rowOf } from '../../src/pages/phone/words/entry'
import { allFacts, changesOf, factsOf, given, sidesOf } from '../../src/pages/phone/words/facts'
import { entrySteps, resultSteps } from '../../src/pages/phone/words/history'
import { factsOfResult, resultRow, saidOf } from '../../src/pages/phone/words/result'
import type { EntryContent, EntryDoc, Plan, ResultDoc } from '../../src/sync/book'
import { speak } from '../../src/texts'
import { blankClaim, resultContentOf } from '../../src/use/results/claim'
import { differing, pastOf } from '../../src/use/book/history'
import { pastOfResult } from '../../src/use/results/results'
import { hours } from '../cast'

const plan = { modules: [{ code: hours.module, name: '数控车削' }], places: [{ id: 'p1', name: '一号车间' }] } as unknown as Plan
const { book: _, ...written } = hours
const content: EntryContent = { ...written, day: '2026-11-20', start: 480, end: 600, break: 0, text: '车端面', place: 'p1', safety: false, shared: false, photos: [] }
const entry: EntryDoc = {
  ...{ id: 'e', kind: 'entry', state: 'logged', by: 'lin', at: 5, version: 'v', versions: [{ op: 'v', minutes: 120 }], content },
  ...{ seals: [], returns: [], rivals: [], recognised: null, queries: [], reversals: [], withdrawn: null },
} as EntryDoc
const facts = (one: EntryContent) => allFacts(one, plan)
const spoken = (all: { name: string; text: string }[]) => all.map(({ name, text }) => `${name} ${text}`)

beforeAll(async () => {
  vi.stubGlobal('document', { documentElement: { lang: '' } })
  await speak('zh-CN')
})

describe('an entry', () => {
  it('is said in a row with its module, hours, state and who signed', () => {
    const row = rowOf({ id: 'e', entry, minutes: 120, state: 'signed', signers: ['朱丽华', '何国强'], seals: [], reason: '' }, plan)
    expect(row).toMatchObject({ times: '08:00–10:00', minutes: '120 分钟', module: '数控车削', word: '已签认', signers: '朱丽华、何国强 签认' })
    expect(row.place).toContain('一号车间')
  })

  it('names a module by its code while no plan is here', () => {
    expect(rowOf({ id: 'e', entry, minutes: 120, state: 'local', signers: [], seals: [], reason: '' }, null)).toMatchObject({ module: hours.module, signers: '' })
  })

  it('lists what was given, and says a missing safety check in so many words', () => {
    const said = spoken(given(factsOf(content, plan)))
    expect(said).toContain('安全检查 没有勾选')
    expect(said.some((line) => line.startsWith('其中休息') || line.startsWith('补录原因'))).toBe(false)
    expect(spoken(given(factsOf({ ...content, break: 15 }, plan)))).toContain('其中休息 15 分钟')
  })

  it('has a fact for every field in which two contents can differ', () => {
    const spokenOf = new Set<string>(facts(content).flatMap(({ of }) => of))
    expect(Object.keys(content).filter((field) => !spokenOf.has(field))).toEqual([])
  })
})

describe('two contents of one thing', () => {
  const other = { ...content, end: 570, break: 15, photos: ['x'] }

  it('differ in their fields, photos by what they are and not by how many', () => {
    expect(differing(content, other).sort()).toEqual(['break', 'end', 'photos'])
    expect(differing({ ...content, photos: ['y'] }, other)).toContain('photos')
    expect(differing(content, { ...content })).toEqual([])
  })

  it('stand side by side, marked where they differ, each saying what the other has not', () => {
    const sides = sidesOf({ ...entry, rivals: [{ op: 'w', at: 0, content: other }] }, facts)
    expect(sides.map(({ op }) => op)).toEqual(['v', 'w'])
    expect(sides.map(({ marked }) => spoken(marked))).toEqual([
      ['时间 08:00–10:00', '其中休息 没有', '照片 未填'],
      ['时间 08:00–09:30', '其中休息 15 分钟', '照片 1 张'],
    ])
    expect(sides.map(({ alike }) => spoken(alike))).toEqual([spoken(sides[0]!.alike), spoken(sides[0]!.alike)])
    expect(spoken(sides[0]!.alike)).toContain('做了什么 车端面')
    expect(sidesOf(entry, facts)).toEqual([])
  })

  it('tell what a later version changed', () => {
    expect(changesOf(content, other, facts)[0]).toEqual({ name: '时间', of: ['start', 'end'], before: '08:00–10:00', after: '08:00–09:30' })
  })
})

describe('what happened', () => {
  it('to an entry names who, when and what a revision changed', () => {
    const after = { ...content, text: '车外圆' }
    const revised = { ...entry, version: 'w', versions: [...entry.versions, { op: 'w', minutes: 120 }], content: after }
    const past = pastOf(revised, new Map(), [], null).map((one) => (one.op === 'v' ? { ...one, content } : one))
    const steps = entrySteps(past, new Map([['lin', '林晓彤']]), 'somebody else', plan)
    expect(steps.map(({ who }) => who)).toEqual(['林晓彤', '林晓彤'])
    expect(steps[1]).toMatchObject({ title: '修改为第 2 版，120 分钟', when: '时间未取到', changes: [{ name: '做了什么', before: '车端面', after: '车外圆' }] })
    expect(entrySteps(past, new Map(), 'lin', plan)[0]?.who).toBe('我')
  })

  it('to the access of who signed it is a step of its own, and to somebody else none', () => {
    const seal = { op: 's', of: 'v', by: 'zhou', at: 5, seen: 0, minutes: 120, how: 'list' as const, note: null, scores: [], struck: false }
    const reset = { id: 'r', kind: 'reset' as const, state: 'done' as const, by: 'yang', person: 'zhou', second: 'he', reason: '手机遗失', at: 9 }
    const docs = new Map([reset, { ...reset, id: 'q', person: 'lin' }].map((doc) => [doc.id, doc]))
    const names = new Map([['zhou', '周国强'], ['yang', '杨慧敏']])
    const steps = entrySteps(pastOf({ ...entry, seals: [seal] }, docs, [], null), names, 'lin', plan)
    expect(steps.map(({ title }) => title)).toEqual(['记学时 120 分钟', '签认第 1 版，120 分钟', '重置了周国强的登录，原来的手机从此不能签认'])
    expect(steps[2]).toMatchObject({ who: '杨慧敏', words: '手机遗失 · 确认人：另一位老师', mark: 'asked' })
  })

  it('to a result is said the same way', () => {
    const claim = resultContentOf({ ...blankClaim('2026-11-20'), competition: '技能节', level: 'city_1', event: '数控', award: '一等奖' })
    const result: ResultDoc = {
      ...{ id: 'r', kind: 'result', state: 'rejected', by: 'lin', version: 'v', versions: [{ op: 'v', minutes: 0 }], content: claim, at: 1 },
      ...{ rivals: [{ op: 'w', of: 'u', at: 3, content: { ...claim, rank: 4 } }], decisions: [{ op: 'd', of: 'v', by: 'yang', as: 'rejected', text: '缺证书', at: 2 }] },
    }
    const steps = resultSteps(pastOfResult(result), new Map([['yang', '杨慧敏']]), 'lin')
    expect(steps.map(({ title, who, words }) => [title, who, words])).toEqual([['申报', '我', ''], ['未通过', '杨慧敏', '缺证书'], ['另一部手机改写', '我', '']])
    expect(spoken(steps[2]!.facts)).toContain('名次 第 4 名')
    expect(sidesOf(result, factsOfResult).map(({ marked }) => spoken(marked))).toEqual([['名次 未填'], ['名次 第 4 名']])
    expect(resultRow({ id: 'r', result, state: 'rejected', entered: true }).event).toContain('院校登记')
    expect(saidOf({ id: 'r', result, state: 'rejected', entered: true })).toContain('你不用办理')
    expect(saidOf({ id: 'r', result, state: 'rejected', entered: false })).toContain('可以再次申报')
    expect(resultSteps(pastOfResult({ ...result, by: 'he' }, true), new Map(), 'lin')[0]).toMatchObject({ title: '院校登记', who: '院校老师' })
    expect(resultRow({ id: 'r', result, state: 'rejected', entered: false })).toMatchObject({ outcome: '一等奖', word: '未通过', reason: '缺证书' })
  })
})
