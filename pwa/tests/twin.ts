/* What Python's tests ask this core; they compare the answers with their own. twin.mjs is the process around it. */
import type { BookDoc, Doc, Docs, EntryDoc, Plan, PresenceDoc } from '../src/sync/book'
import { creditDay, creditPlan, piecesOf, type Credited } from '../src/sync/credit'
import { isRefusal } from '../src/sync/errors'
import { evidenceOf } from '../src/sync/evidence'
import { join, readFrame, type Frame } from '../src/sync/envelope'
import { parseOp, type Op } from '../src/sync/op'
import { reduce } from '../src/sync/reduce'
import { check } from '../src/sync/rules'

export type Question =
  | { ask: 'op'; jws: string; docs: Record<string, Doc>; facts: { desk: boolean; accepted: string[]; refused: string[]; held: boolean } }
  | { ask: 'credit'; docs: Record<string, Doc>; day: string; plan: Plan; first: string; last: string }
  | { ask: 'plan'; days: Credited[]; plan: Plan }
  | { ask: 'evidence'; entry: EntryDoc; book: BookDoc; presences: PresenceDoc[] }
  | { ask: 'frames'; texts: string[] }

const docsOf = (docs: Record<string, Doc>): Docs => new Map(Object.entries(docs))

export function answer(question: Question): unknown {
  switch (question.ask) {
    case 'op': {
      const op = parseOp(question.jws)
      return isRefusal(op) ? { word: op.word } : judge(op, docsOf(question.docs), question.facts)
    }
    case 'credit': {
      const { docs, day, plan, first, last } = question
      return Object.fromEntries(creditDay(piecesOf(docsOf(docs), day), day, plan, first, last))
    }
    case 'plan': {
      const table = creditPlan(question.days, question.plan)
      return { ...table, modules: Object.fromEntries(table.modules), missing: Object.fromEntries(table.missing) }
    }
    case 'evidence':
      return evidenceOf(question.entry, question.book, question.presences)
    case 'frames':
      return frames(question.texts)
  }
}

function judge(op: Op, docs: Docs, facts: { desk: boolean; accepted: string[]; refused: string[]; held: boolean }): unknown {
  const refusal = check(docs, op, { ...facts, accepted: new Set(facts.accepted), refused: new Set(facts.refused) })
  return {
    op,
    refusal: refusal && [refusal.word, refusal.needs, refusal.verdict],
    changed: Object.fromEntries(reduce(docs, op)),
  }
}

function frames(texts: string[]): unknown {
  const read = texts.map(readFrame)
  const whole = join(read.filter((frame): frame is Frame => typeof frame !== 'string'))
  const shown = read.map((frame) => (typeof frame === 'string' ? frame : { ...frame, chunk: [...frame.chunk] }))
  return { read: shown, whole: whole instanceof Uint8Array ? [...whole] : whole }
}
