/* What the desk says in words of its own: whose slips were printed, which classes a file will make, whose an account is. */
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { glance, type ChangeRow } from '../../src/pages/desk/changes/change'
import { namesOf, toldOf, type FileRow } from '../../src/pages/desk/imports/report'
import { findWhose } from '../../src/pages/desk/people/whose'
import { bring, speak } from '../../src/texts'

beforeAll(async () => {
  vi.stubGlobal('document', { documentElement: {} })
  bring({ 'zh-CN': async () => (await import('../../src/texts/zh/desk')).desk, en: async () => (await import('../../src/texts/en/desk')).desk })
  await speak('zh-CN')
})

const printed = (which: string): ChangeRow => ({
  id: '1', at: 1, who: '杨慧敏', org: '学院', subject: 'class', about: '1班', thing: 'c', act: 'printed', changes: [{ field: 'which', was: null, now: which, hidden: false }],
})

const rowOf = (...faults: [word: string, value: string][]): FileRow => ({
  id: '2', row: 2, state: 'good', who: '', cells: {}, faults: faults.map(([word, value]) => ({ word, hint: true, field: null, letter: null, said: { value } })),
})

describe('the desk', () => {
  it('says for whom slips were printed', () => {
    expect(['lacking', 'all', '陈嘉豪'].map((which) => glance(printed(which)))).toEqual(['打印范围：还没有激活单的人', '打印范围：全部', '打印范围：陈嘉豪'])
  })

  it('names a new class once and leaves it out of its rows', () => {
    const rows = [rowOf(['class_new', '1班'], ['phone_twice', '']), rowOf(['class_new', '1班']), rowOf(['class_new', '2班'])]
    expect(namesOf(rows)).toEqual(['1班', '2班'])
    expect(rows.map((row) => toldOf(row).map(({ word }) => word))).toEqual([['phone_twice'], [], []])
  })

  it('finds whose an account is in every list it may read, and takes no name for one', async () => {
    const items = { '/api/desk/roster': [{ login: 'chen', name: '陈嘉豪', class_name: '1班' }], '/api/desk/masters': [], '/api/desk/staff': [] }
    const asked: string[] = []
    const get = <T>(path: string) => {
      const list = path.split('?')[0] as keyof typeof items
      asked.push(list)
      return Promise.resolve({ as: 'answer' as const, answer: { items: items[list] } as T })
    }
    expect(await findWhose(get, ['coordinator'], 'Chen')).toEqual({ as: 'answer', answer: { login: 'chen', name: '陈嘉豪', places: ['1班'] } })
    expect(await findWhose(get, ['coordinator'], '陈嘉豪')).toEqual({ as: 'answer', answer: null })
    expect(new Set(asked)).toEqual(new Set(Object.keys(items)))
  })
})
