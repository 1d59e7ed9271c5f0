/* A master decides about what he saw on the apprentice's screen: every entry at once, with one confirmation. */
import type { AccountDb } from '../../db/account/account'
import { returnAct, signAct, supersede, type Looked } from '../book/sign'
import { makeOps, type Act } from '../book/make'
import { isRefused, type Refused } from '../refused'
import { carry, entriesIn, type TakenEntries } from './take'

export type Decision = Looked & ({ as: 'sign'; minutes: number; note: string; scores: { skill: string; score: number }[] } | { as: 'return'; reason: string })

export interface Decided {
  /** The ops his answer carries. */
  ops: string[]
  failed: { entry: string; word: string }[]
}

const actOf = (decision: Decision): Act | Refused =>
  decision.as === 'sign' ? signAct(decision, 'scan') : returnAct(decision)

/** What was shown is kept with what is decided about it, so that the decision never arrives alone. */
export async function decide(db: AccountDb, taken: TakenEntries, decisions: Decision[], now: number): Promise<Decided | Refused> {
  const acts = decisions.map(actOf)
  const odd = acts.find(isRefused)
  if (odd) return odd
  const kept = await carry(db, taken.ops, now)
  if (kept) return kept
  const shown = entriesIn(taken.ops)
  const wanted = (acts as Act[]).map((act): Act => {
    const beside = shown.get(act.doc)
    return beside ? { ...act, beside } : act
  })
  const answers = await makeOps(db, wanted, now)
  if (isRefused(answers)) return answers
  const ops = answers.flatMap((answer) => (isRefused(answer) ? [] : [answer.id]))
  const failed = answers.flatMap((answer, at) => (isRefused(answer) ? [{ entry: wanted[at]!.doc, word: answer.refused }] : []))
  await supersede(db, new Set(answers.flatMap((answer) => (isRefused(answer) ? [] : [answer.doc]))), now)
  return { ops, failed }
}
