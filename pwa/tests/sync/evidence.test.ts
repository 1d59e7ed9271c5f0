import { describe, expect, it } from 'vitest'
import { dayNumber, evidenceOf } from '../../src/sync/evidence'
import { evidence } from './vectors'

describe('the evidence of an entry', () => {
  it.each(evidence.cases)('$name: $evidence.grade', ({ entry, book, presences, evidence: told }) => {
    expect(evidenceOf(entry, book, presences)).toEqual(told)
  })

  it.each(evidence.days)('%s is day %i', (day, number) => {
    expect(dayNumber(day)).toBe(number)
  })
})
