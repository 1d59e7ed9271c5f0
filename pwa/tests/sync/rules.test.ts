import { describe, expect, it } from 'vitest'
import { WORDS } from '../../src/sync/errors'
import { KINDS } from '../../src/sync/kinds'
import { reduce } from '../../src/sync/reduce'
import { NO_FACTS, check } from '../../src/sync/rules'
import { docsOf, opOf, reduced, rules } from './vectors'

describe('rules', () => {
  it.each(rules.cases)('$state: $payload.kind by $payload.by -> $word', ({ state, payload, facts, word }) => {
    const { docs, known } = rules.states[state]!
    const accepted = new Set([...known, ...facts.accepted])
    const refusal = check(docsOf(docs), opOf(payload), { ...facts, accepted, refused: new Set(facts.refused) })
    expect(refusal?.word ?? null).toBe(word)
  })

  it('names what a held op waits for', () => {
    const { state, payload } = rules.cases.find((given) => given.word === 'missing')!
    const refusal = check(docsOf(rules.states[state]!.docs), opOf(payload), NO_FACTS)
    expect(refusal).toMatchObject({ word: 'missing', verdict: 'held', needs: payload.deps })
  })

  it('has an answer for every kind in every state, and reduce follows it', () => {
    let asked = 0
    for (const { docs } of Object.values(rules.states)) {
      for (const kind of KINDS.keys()) {
        const { payload, facts } = rules.cases.find((given) => given.payload.kind === kind)!
        for (const desk of [true, false]) {
          const op = opOf({ ...payload, deps: [], of: null })
          const refusal = check(docsOf(docs), op, { ...NO_FACTS, ...facts, accepted: new Set(), refused: new Set(), desk })
          if (refusal) expect(Object.keys(WORDS)).toContain(refusal.word)
          else expect([...reduce(docsOf(docs), op).keys()]).toEqual([op.doc])
          asked++
        }
      }
    }
    expect(asked).toBe(Object.keys(rules.states).length * KINDS.size * 2)
  })
})

describe('reduce', () => {
  it.each(reduced.cases)('$state: $payload.kind $payload.salt', ({ state, payload, changed }) => {
    const before = JSON.stringify(reduced.states[state]!.docs)
    const docs = docsOf(reduced.states[state]!.docs)
    expect(Object.fromEntries(reduce(docs, opOf(payload)))).toStrictEqual(changed)
    expect(JSON.stringify(reduced.states[state]!.docs)).toBe(before)
  })
})
