import { describe, expect, it, vi } from 'vitest'
import { pickBatch } from '../../src/net/batch'
import type { OutboxRow } from '../../src/db/account/rows'
import { claimName, hoursName } from '../../src/db/form/drafts'
import { ask } from '../../src/net/door'
import { blank } from '../../src/use/hours/form'
import { blankClaim } from '../../src/use/results/claim'
import { json, phone } from '../world'

const draft = (text: string, book = 'b') => ({ ...blank('2026-11-21'), book, end: 600, module: 'M1', place: 'p', text })

/** The same module loaded twice is what two tabs are. */
async function tab() {
  vi.resetModules()
  return import('../../src/actions/form/draft')
}

describe('a draft', () => {
  it('belongs to one book of one account', async () => {
    const [one, other] = [await phone(), await phone()]
    const { keepDraft, readDraft, dropDraft } = await tab()
    await keepDraft(one, hoursName('b'), draft('brakes'))
    await keepDraft(one, hoursName('c'), draft('welding', 'c'))
    expect((await readDraft(one, hoursName('b')))?.text).toBe('brakes')
    expect(await readDraft(other, hoursName('b'))).toBeUndefined()
    await dropDraft(one, hoursName('b'))
    expect(await readDraft(one, hoursName('b'))).toBeUndefined()
    expect((await readDraft(one, hoursName('c')))?.text).toBe('welding')
  })

  it('is not overwritten by a second page that has not seen it, nor by the first after the second went on', async () => {
    const db = await phone()
    const [first, second] = [await tab(), await tab()]
    expect(await first.keepDraft(db, hoursName('b'), draft('first'))).toBe(true)
    expect(await second.keepDraft(db, hoursName('b'), draft('blind'))).toBe(false)
    expect((await second.readDraft(db, hoursName('b')))?.text).toBe('first')
    expect(await first.keepDraft(db, hoursName('b'), draft('first, longer'))).toBe(true)
    expect(await second.keepDraft(db, hoursName('b'), draft('second'))).toBe(false)
    expect((await second.readDraft(db, hoursName('b')))?.text).toBe('first, longer')
    expect(await second.keepDraft(db, hoursName('b'), draft('second'))).toBe(true)
    expect(await first.keepDraft(db, hoursName('b'), draft('too late'))).toBe(false)
  })

  it('keeps the last of many letters typed faster than they are written', async () => {
    const db = await phone()
    const { keepDraft, readDraft, dropDraft } = await tab()
    const kept = await Promise.all(['a', 'ab', 'abc', 'abcd'].map((text) => keepDraft(db, hoursName('b'), draft(text))))
    expect(kept).toEqual([true, true, true, true])
    expect((await readDraft(db, hoursName('b')))?.text).toBe('abcd')
    void keepDraft(db, hoursName('b'), draft('abcde'))
    await dropDraft(db, hoursName('b'))
    expect(await readDraft(db, hoursName('b'))).toBeUndefined()
  })
})

describe('a refusal told to a stranger', () => {
  const HOUR = 3_600_000
  const refused = (word: string, asked_at: number): OutboxRow => ({
    ...{ id: word, jws: word, book: 'b', doc: 'd', kind: 'entry.logged', at: 1, state: 'refused', word, seq: null, number: 1 },
    ...{ carried: false, tries: 0, asked_at, exported: false },
  })

  it.each(['not_a_member', 'no_such_book', 'unknown_device', 'not_your_device'])('%s is asked again after an hour', (word) => {
    expect(pickBatch([refused(word, 10 * HOUR)], 10.5 * HOUR, 50)).toEqual([])
    expect(pickBatch([refused(word, 10 * HOUR)], 11 * HOUR, 50)).toHaveLength(1)
  })

  it('any other stays final', () => {
    expect(pickBatch([refused('month_locked', 0)], 1000 * HOUR, 50)).toEqual([])
  })
})

describe('a door that asks for patience', () => {
  it('says which of the two it is and how long', async () => {
    const many = async () => json({ word: 'too_many_requests' }, 429, { 'retry-after': '12' })
    expect(await ask(many, '/api/login')).toEqual({ as: 'later', wait_ms: 12_000, word: 'too_many_requests' })
    expect(await ask(async () => new Response('', { status: 503 }), '/api/login')).toEqual({ as: 'later', wait_ms: 30_000 })
  })
})

describe('the draft of a claim', () => {
  const claim = (award: string, book = 'b', id = '') => ({ book, result: id ? { id, version: 'v' } : null, form: { ...blankClaim('2026-11-20'), award } })

  it('is guarded between two pages like the hours are, and belongs to one claim', async () => {
    const db = await phone()
    const [first, second] = [await tab(), await tab()]
    expect(await first.keepDraft(db, claimName('b'), claim('金牌'))).toBe(true)
    expect(await second.keepDraft(db, claimName('b'), claim('blind'))).toBe(false)
    expect(await second.keepDraft(db, claimName('b', 'r'), claim('银牌', 'b', 'r'))).toBe(true)
    expect((await second.readDraft(db, claimName('b')))?.form.award).toBe('金牌')
    expect(await second.keepDraft(db, claimName('b'), claim('铜牌'))).toBe(true)
    expect(await first.keepDraft(db, claimName('b'), claim('too late'))).toBe(false)
    await first.dropDraft(db, claimName('b'))
    expect((await second.readDraft(db, claimName('b')))?.form.award, 'what a page has not seen it does not take away').toBe('铜牌')
    await second.dropDraft(db, claimName('b'))
    expect(await first.readDraft(db, claimName('b'))).toBeUndefined()
    expect((await first.readDraft(db, claimName('b', 'r')))?.form.award).toBe('银牌')
  })
})
