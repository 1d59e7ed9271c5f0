/* Claims: what the form lets through, what becomes of it on the phone, what is shown. */
import { describe, expect, it } from 'vitest'
import { isRefused } from '../../src/actions/refused'
import { claimName, keepDraft, readDraft, seenDraft } from '../../src/actions/form/draft'
import { claimResult } from '../../src/actions/book/results'
import { readView } from '../../src/db/book/shelf'
import type { BookDoc, Doc, ResultContent, ResultDoc } from '../../src/sync/book'
import { LEVELS, blankClaim, resultContentOf, claimFormOf, missingIn, twinOf, type ClaimForm } from '../../src/use/results/claim'
import { differing } from '../../src/use/book/history'
import { mayMend, pastOfResult, resultsOf } from '../../src/use/results/results'
import table from '../../../sync/kinds.json'
import { BOOK, enrolled } from '../cast'

const TODAY = '2026-11-20'
const filled: ClaimForm = {
  ...blankClaim(TODAY),
  ...{ day: TODAY, competition: ' 技能节 ', level: 'city_1', event: 'Cafe\u0301 数控', award: '一等奖', rank: 2, contestants: 30, coach: '朱丽华' },
}

async function claimed(form: ClaimForm = filled) {
  const { db } = await enrolled()
  const made = await claimResult(db, BOOK, resultContentOf(form), null, 7)
  if (isRefused(made)) throw new Error(made.refused)
  const read = async () => (await readView(db, BOOK)).docs.get(made.doc) as ResultDoc
  return { db, made, read }
}

describe('the claim form', () => {
  it('begins without a day, for that stands on the certificate', () => expect(blankClaim(TODAY)).toMatchObject({ day: '', year: 2026 }))

  it.each([
    ['competition', { competition: '  ' }],
    ['level', { level: '' }],
    ['event', { event: '' }],
    ['day', { day: '' }],
    ['future', { day: '2026-11-21' }],
    ['year', { year: '' as const }],
    ['rank', { rank: 1.5 }],
    ['contestants', { contestants: 0 }],
    ['beyond', { rank: 31 }],
    ['outcome', { rank: '' as const, award: ' ', score: '' }],
    ['', { rank: '' as const, award: '', score: '90.10' }],
  ])('says what is missing: %s', (word, change) => {
    expect(missingIn({ ...filled, ...change }, TODAY)).toBe(word)
  })

  it('offers the levels the rules know', () => {
    expect([...LEVELS]).toEqual(table.kinds['result.claimed'].body.level.values)
  })

  it('gives back what it was filled from, and leaves out what nobody wrote', () => {
    const content = resultContentOf(filled)
    expect(resultContentOf(claimFormOf(content))).toEqual(content)
    expect(Object.keys(content)).not.toContain('organiser')
    expect(content).toMatchObject({ coach: '朱丽华', contestants: 30, score: null })
  })

  it('sees the same event of the same competition', async () => {
    const result = await (await claimed()).read()
    expect(twinOf([result], filled, null)).toBe(result)
    expect(twinOf([result], filled, result.id)).toBeUndefined()
    expect(twinOf([result], { ...filled, year: 2025 }, null)).toBeUndefined()
  })
})

describe('a claim', () => {
  it('is kept on the phone, composed and trimmed, and its draft until then', async () => {
    const { db, read } = await claimed()
    expect((await read()).content).toMatchObject({ competition: '技能节', event: 'Café 数控', rank: 2 })
    expect(resultsOf(await readView(db, BOOK))).toMatchObject([{ state: 'local' }])
    const draft = { book: BOOK, result: null, form: filled }
    await keepDraft(db, claimName(BOOK), draft)
    expect(await readDraft(db, claimName(BOOK))).toEqual(draft)
    await claimResult(db, BOOK, resultContentOf(filled), null, 8, await seenDraft(db, claimName(BOOK)))
    expect(await readDraft(db, claimName(BOOK))).toBeUndefined()
  })

  it.each([
    ['stray_character', { event: 'half \ud800' }],
    ['bad_field', { competition: '竞'.repeat(81) }],
  ])('is refused with %s and nothing is kept', async (word, change) => {
    const { db } = await enrolled()
    expect(await claimResult(db, BOOK, resultContentOf({ ...filled, ...change }), null, 7)).toEqual({ refused: word })
    expect(await db.outbox.count()).toBe(0)
  })

  it('becomes rivals when it is mended from a version that is no longer current, and one choice ends that', async () => {
    const { db, made, read } = await claimed()
    const seen = { id: made.doc, version: made.id }
    await claimResult(db, BOOK, resultContentOf({ ...filled, rank: 3 }), seen, 8)
    await claimResult(db, BOOK, resultContentOf({ ...filled, rank: 4 }), seen, 9)
    const both = await read()
    expect([both.content.rank, both.rivals.map(({ content }) => content.rank)]).toEqual([3, [4]])
    expect(resultsOf(await readView(db, BOOK))).toMatchObject([{ state: 'attention' }])
    expect(differing(both.content, both.rivals[0]!.content)).toEqual(['rank'])
    await claimResult(db, BOOK, both.rivals[0]!.content, { id: both.id, version: both.version }, 10)
    expect([(await read()).content.rank, (await read()).rivals]).toEqual([4, []])
  })
})

describe('what is shown of a result', () => {
  const content = resultContentOf(filled)
  const result: ResultDoc = {
    ...{ id: 'r', kind: 'result', state: 'rejected', by: 'lin', version: 'v', versions: [{ op: 'v', minutes: 0 }], content, at: 1, rivals: [] },
    decisions: [{ op: 'd', of: 'v', by: 'yang', as: 'rejected', text: '缺证书', at: 2 }],
  }

  it('is its past in order, with reasons, and what stands beside it', () => {
    const rival = { op: 'w', of: 'u', content: { ...content, rank: 3 }, at: 3 }
    expect(pastOfResult({ ...result, rivals: [rival] })).toEqual([
      { op: 'v', what: 'claimed', at: 1, by: 'lin', words: '', content: null },
      { op: 'd', what: 'rejected', at: 2, by: 'yang', words: '缺证书', content: null },
      { op: 'w', what: 'rival', at: 3, by: 'lin', words: '', content: rival.content },
    ])
  })

  it('may be mended until it is verified', () => {
    expect(mayMend(result)).toBe(true)
    expect(mayMend({ ...result, state: 'verified' })).toBe(false)
  })

  it('is the college’s where the college claimed it', () => {
    const head = { id: BOOK, kind: 'book', apprentice: 'lin' } as BookDoc
    const docs = new Map<string, Doc>([[BOOK, head], ['r', { ...result, by: 'yang' }], ['own', { ...result, id: 'own' }]])
    const shown = resultsOf({ docs, local: new Set(), attention: new Set() })
    expect(Object.fromEntries(shown.map(({ id, entered }) => [id, entered]))).toEqual({ r: true, own: false })
    expect(pastOfResult({ ...result, by: 'yang' }, true)[0]).toMatchObject({ what: 'entered', by: 'yang' })
  })

  it('compares a field that only one of them has', () => {
    const other: ResultContent = { ...content, organiser: '协会' }
    expect([differing(content, other), differing(other, content)]).toEqual([['organiser'], ['organiser']])
    const { score: _, ...without } = content
    expect(differing(content, without as ResultContent), 'nothing given is nothing, written or not').toEqual([])
  })
})
