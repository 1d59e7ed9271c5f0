import { describe, expect, it } from 'vitest'
import { FACTS, GRADES } from '../../src/sync/evidence'
import type { Doc, EntryDoc } from '../../src/sync/book'
import { en } from '../../src/texts/en'
import { zh } from '../../src/texts/zh'
import { gradeOf, gradesOf } from '../../src/use/book/evidence'
import { evidence } from '../sync/vectors'

describe('how many entries there are of each grade', () => {
  const { book } = evidence.cases[0]!
  // Each example is an entry of its own, on a day of its own so that its presences are nobody else's.
  const told = evidence.cases.map(({ entry, presences, book: head, evidence: found }, at) => {
    const day = (given: Doc) => (given.kind === 'presence' ? { ...given, id: `${at} ${given.id}` } : given)
    return { entry: { ...entry, id: String(at) } as EntryDoc, presences: presences.map(day), head, grade: found.grade }
  })

  it('counts each once, the best first, and none that was withdrawn', () => {
    const plain = told.filter(({ presences, head }) => !presences.length && JSON.stringify(head) === JSON.stringify(book))
    const docs = new Map<string, Doc>(plain.map(({ entry }) => [entry.id, entry]))
    const counts = gradesOf(docs, book, plain.map(({ entry }) => entry))
    expect(counts.map(({ grade }) => grade)).toEqual(['A', 'B', 'C', 'D'])
    for (const { grade, count } of counts) expect([grade, count]).toEqual([grade, plain.filter((one) => one.grade === grade).length])
    expect(counts.filter(({ count }) => count > 0).length).toBe(4)
    const gone = plain.map(({ entry }): EntryDoc => ({ ...entry, state: 'withdrawn' }))
    expect(gradesOf(docs, book, gone).every(({ count }) => count === 0)).toBe(true)
    expect(gradeOf(docs, book, gone[0]!)).toBeNull()
  })

  it('finds the presence of the day by itself', () => {
    const { entry, book: head, presences, evidence: found } = evidence.cases.find(({ name }) => name === 'presence proven')!
    const docs = new Map<string, Doc>([[entry.id, entry], ...presences.map((doc): [string, Doc] => [doc.id, doc])])
    expect(gradeOf(docs, head, entry)).toEqual(found)
    expect(gradesOf(docs, head, [entry])[0]).toEqual({ grade: 'A', count: 1 })
  })
})

describe('the table of evidence', () => {
  it('has a sentence for every word and every grade in both languages', () => {
    const words = Object.values(FACTS).flatMap((said) => Object.values(said))
    for (const name of [...words, ...GRADES.map(({ grade }) => `word_${grade}`)])
      for (const said of [zh, en]) expect(said[`evidence.${name}` as keyof typeof zh], name).toBeTruthy()
  })
})
