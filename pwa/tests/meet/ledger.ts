/* A server's book for phones that have met: it judges and reduces by the same rules as the real one, keeps the exact bytes, and
   holds what names something that has not come. */
import { isRefusal } from '../../src/sync/errors'
import { parseOp, type Op } from '../../src/sync/op'
import { reduce } from '../../src/sync/reduce'
import { check } from '../../src/sync/rules'
import type { Doc } from '../../src/sync/book'
import type { AccountDb } from '../../src/db/account/account'
import type { Verdict } from '../../src/db/account/rows'
import type { SyncAnswer, SyncQuestion } from '../../src/net/api'
import { exchange, type Line } from '../../src/net/exchange'
import { START } from '../../src/net/pace'
import { bookPage, json } from '../world'
import { BOOK } from '../cast'
import { mentorHead } from '../mentors'
import { NOW } from './cast'

export class Ledger {
  seq = 1
  docs = new Map<string, { doc: Doc; seq: number }>([[BOOK, { doc: mentorHead, seq: 1 }]])
  taken = new Map<string, { jws: string; verdict: Verdict }>()
  now = NOW

  private judge(op: Op): Verdict {
    const named = [...op.deps, ...(op.of === null ? [] : [op.of])]
    const accepted = new Set(named.filter((id) => this.taken.get(id)?.verdict.as === 'accepted'))
    const docs = new Map([...this.docs].map(([id, { doc }]) => [id, doc]))
    const refusal = check(docs, op, { desk: false, refused: new Set(), held: false, accepted })
    if (refusal) return refusal.word === 'missing' ? { as: 'held', needs: named } : { as: 'refused', word: refusal.word }
    this.seq += 1
    for (const [id, doc] of reduce(docs, op)) this.docs.set(id, { doc, seq: this.seq })
    return { as: 'accepted', seq: this.seq }
  }

  private take(jws: string): void {
    const op = parseOp(jws)
    if (isRefusal(op)) throw new Error(op.word)
    const before = this.taken.get(op.id)?.verdict.as
    if (before === 'accepted' || before === 'refused') return
    this.taken.set(op.id, { jws, verdict: this.judge(op) })
    for (const [, held] of [...this.taken].filter(([, { verdict }]) => verdict.as === 'held')) {
      const waiting = parseOp(held.jws)
      if (!isRefusal(waiting)) held.verdict = this.judge(waiting)
    }
  }

  answer(asked: SyncQuestion): SyncAnswer {
    for (const jws of asked.ops) this.take(jws)
    const from = asked.have[BOOK]?.[0] ?? 0
    const docs = [...this.docs.values()].filter(({ seq }) => seq > from).map(({ doc, seq }) => ({ ...doc, seq }))
    const books = from === this.seq ? [] : [{ ...bookPage(this.seq, `c${this.seq}`, docs as never), id: BOOK }]
    const told = asked.ops.map((jws): [string, Verdict] => {
      const op = parseOp(jws)
      return isRefusal(op) ? ['', { as: 'retry' }] : [op.id, this.taken.get(op.id)!.verdict]
    })
    return { v: 1, epoch: 'e1', now: this.now, verdicts: Object.fromEntries(told), books, gone: [] } as SyncAnswer
  }

  /** This phone comes up from the cellar and goes down again. */
  async sync(db: AccountDb): Promise<void> {
    this.now += 15 * 60_000
    const fetching: Line['fetching'] = async (_, init) => json(this.answer(JSON.parse(String(init.body)) as SyncQuestion))
    const line: Line = { db, account: db.name.slice(8), fetching, build: 'test', now: () => this.now, chance: () => 0.5 }
    for (let round = 0; round < 4; round += 1) await exchange(line, START, new AbortController().signal)
  }
}
