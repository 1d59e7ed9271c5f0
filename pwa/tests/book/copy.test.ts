import { afterEach, describe, expect, it, vi } from 'vitest'
import { collectOwn, copyAsJson } from '../../src/actions/copy/copy'
import { logHours, reviseHours } from '../../src/actions/book/hours'
import { writePaper } from '../../src/pages/phone/export/paper'
import { html } from '../../src/pages/phone/export/markup'
import { speak } from '../../src/texts'
import { isRefused } from '../../src/actions/refused'
import { claimResult } from '../../src/actions/book/results'
import { outcomeOf } from '../../src/pages/phone/words/result'
import type { EntryDoc } from '../../src/sync/book'
import { zh } from '../../src/texts/zh/index'
import { blankClaim, resultContentOf } from '../../src/use/results/claim'
import { BOOK, enrolled, hours } from '../cast'

afterEach(() => vi.unstubAllGlobals())

describe('a copy of my own data', () => {
  it('is JSON with every op byte for byte, and progress that only grows', async () => {
    const { db } = await enrolled()
    for (let n = 0; n < 60; n += 1) await logHours(db, { ...hours, text: `line ${n}` }, n)
    await db.outbox.add({ ...(await db.outbox.toArray())[0]!, id: 'other', book: 'not-mine', carried: true })
    const told: number[] = []
    const copy = JSON.parse((await copyAsJson(db, 'test', 9, (part) => told.push(part))).parts.join(''))
    expect(copy.format).toBe('jiangji-copy')
    const here = new Map((await db.outbox.toArray()).map(({ id, jws }) => [id, jws]))
    here.delete('other')
    expect(new Map(copy.ops.map(({ id, jws }: { id: string; jws: string }) => [id, jws]))).toEqual(here)
    expect(copy.books.map(({ id }: { id: string }) => id)).toContain(BOOK)
    expect(told).toEqual([...told].sort((a, b) => a - b))
    expect(told[told.length - 1]).toBe(1)
  })

  it('is a page in which nothing anybody wrote is markup', async () => {
    const { db } = await enrolled()
    await logHours(db, { ...hours, text: '<script>alert(1)</script>" onload=\'x\' &amp;' }, 7)
    const page = (await writePaper(await collectOwn(db, () => undefined), 9, () => undefined)).parts.join('')
    expect(page).not.toContain('<script')
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39; &amp;amp;')
    expect(page).toMatch(/default-src &#39;none&#39;; style-src &#39;sha256-/)
  })

  it('says of every version how long it was, and what it said where this phone knows it', async () => {
    vi.stubGlobal('document', { documentElement: {} })
    await speak('zh-CN')
    const { db } = await enrolled()
    const first = (await logHours(db, { ...hours, text: '第一稿' }, 7)) as { id: string; doc: string }
    const second = (await reviseHours(db, { id: first.doc, version: first.id }, { ...hours, end: 600, text: '第二稿' }, 8)) as { id: string }
    await reviseHours(db, { id: first.doc, version: second.id }, { ...hours, text: '第三稿' }, 9)
    const write = async () => (await writePaper(await collectOwn(db, () => undefined), 9, () => undefined)).parts.join('')
    const page = await write()
    expect(page.match(/<li>/g)).toHaveLength(3)
    expect(page.match(/第.稿/g)).toEqual(['第三稿', '第一稿', '第二稿'])
    expect(page).toContain('225 分钟')
    expect(page).toContain('105 分钟')
    expect(page).not.toContain('不在这台手机上')
  })

  it('says of entries and results what the screens say', async () => {
    const { db } = await enrolled()
    const made = await logHours(db, hours, 7)
    if (isRefused(made)) throw new Error(made.refused)
    const claim = { ...blankClaim('2026-11-20'), day: '2026-11-20', competition: '技能节', level: 'city_1' as const, event: '数控', award: '一等奖', rank: 2 }
    expect(isRefused(await claimResult(db, BOOK, resultContentOf(claim), null, 8))).toBe(false)
    const things = await collectOwn(db, () => undefined)
    const paper = async () => (await writePaper(things, 9, () => undefined)).parts.join('')
    expect(await paper()).toContain(`<span class="state">${zh['result.state.local']}</span></header><p>2026-11-20 · ${outcomeOf(resultContentOf(claim))}`)
    const [book] = things.books
    const entry = book!.docs.find(({ id }) => id === made.doc) as EntryDoc
    const needs = `<span class="state">${zh['state.attention']}</span>`
    expect(await paper()).not.toContain(needs)
    things.books[0] = { ...book!, docs: [{ ...entry, state: 'queried' }], local: new Set() }
    expect(await paper()).toContain(needs)
    things.books[0] = { ...book!, docs: [{ ...entry, rivals: [{ id: 'r', at: 9, content: entry.content }] as unknown as EntryDoc['rivals'] }], local: new Set() }
    expect(await paper()).toContain(needs)
  })

  it('escapes what stands in it, but not what it wrote itself', () => {
    expect(html`<p>${'<b>'}${html`<i>${'&'}</i>`}${[html`<u>1</u>`]}${null}${0}</p>`.text).toBe('<p>&lt;b&gt;<i>&amp;</i><u>1</u>0</p>')
  })
})
