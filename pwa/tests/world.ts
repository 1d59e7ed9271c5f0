/* A phone in memory, a server that keeps one book, and a wire that can be cut. */
import { accountDb, type AccountDb } from '../src/db/account/account'
import { putMeta } from '../src/db/account/meta'
import { keepOps } from '../src/db/book/outbox'
import type { BookPage, Page, Verdict } from '../src/db/account/rows'
import type { SyncAnswer, SyncQuestion } from '../src/net/api'
import type { Doc, NoteDoc } from '../src/sync/book'
import { exchange, type Line } from '../src/net/exchange'
import { START, type Pace } from '../src/net/pace'

let phones = 0

export async function phone(): Promise<AccountDb> {
  phones += 1
  const db = accountDb(`test-${phones}`)
  await putMeta(db, 'person', { id: 'lin', name: '林一', login: 'lin' })
  return db
}

export const note = (id: string, seq: number, text = id): NoteDoc & { seq: number } => ({
  ...{ id, kind: 'note', state: 'added', by: 'lin', text, about: null, at: 1 },
  seq,
})

export const page = (change: Partial<Page> = {}): Page => ({ epoch: 'e1', now: 1000, verdicts: {}, books: [], gone: [], ...change })

export const bookPage = (seq: number, chain: string, docs: (Doc & { id: string; seq: number })[], change: Partial<BookPage> = {}): BookPage => ({
  ...{ id: 'b', reset: false, seq, chain, docs, more: false },
  ...change,
})

export const write = (db: AccountDb, id: string, at = 1, carried = false) =>
  keepOps(db, [{ id, jws: `jws-${id}`, book: 'b', doc: `d-${id}`, kind: 'note.added', at, carried }])

export const states = async (db: AccountDb): Promise<Record<string, string>> =>
  Object.fromEntries((await db.outbox.toArray()).map((row) => [row.id, row.state]))

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })

/** A server with one book: takes ops in order, numbers them, answers twice what it has said once. */
export class Server {
  seq = 0
  epoch = 'e1'
  docs = new Map<string, NoteDoc & { seq: number }>()
  verdicts = new Map<string, Verdict>()
  judge: (id: string) => Verdict | null = () => null
  poison: string | null = null
  asked: SyncQuestion[] = []

  chain(seq: number): string {
    return `${this.epoch}-${seq}`
  }

  private take(jws: string): void {
    const id = jws.slice(4)
    if (this.verdicts.has(id)) return
    const verdict = this.judge(id)
    if (verdict?.as === 'retry') return
    if (!verdict) {
      this.seq += 1
      this.docs.set(`d-${id}`, note(`d-${id}`, this.seq, id))
    }
    this.verdicts.set(id, verdict ?? { as: 'accepted', seq: this.seq })
  }

  answer(asked: SyncQuestion): SyncAnswer {
    for (const jws of asked.ops) this.take(jws)
    const known = asked.have.b
    const reset = known !== undefined && (known[0] > this.seq || known[1] !== this.chain(known[0]))
    const from = known && !reset ? known[0] : 0
    const later = [...this.docs.values()].filter((doc) => doc.seq > from).sort((a, b) => a.seq - b.seq)
    const docs = later.slice(0, asked.limit)
    const more = docs.length < later.length
    const seq = more ? (docs[docs.length - 1]?.seq ?? from) : this.seq
    const nothing = known !== undefined && !reset && from === this.seq
    const books = nothing ? [] : [bookPage(seq, this.chain(seq), docs, { reset, more })]
    const told = asked.ops.map((jws): [string, Verdict] => [jws.slice(4), this.verdicts.get(jws.slice(4)) ?? { as: 'retry' }])
    return { v: 1, epoch: this.epoch, now: 5, verdicts: Object.fromEntries(told), books, gone: [] }
  }

  fetching = async (_path: string, init: RequestInit): Promise<Response> => {
    const asked = JSON.parse(String(init.body)) as SyncQuestion
    this.asked.push(asked)
    if (this.poison !== null && asked.ops.includes(`jws-${this.poison}`)) return json({ word: 'server_fault' }, 500)
    return json(this.answer(asked))
  }
}

export const lineTo = (db: AccountDb, fetching: Line['fetching']): Line => ({ db, account: db.name.slice(8), fetching, build: 'test', now: () => 1_000_000, chance: () => 0.5 })

/** Exchange until the pace has nothing to hurry for; returns how many rounds it took. */
export async function settle(line: Line, most = 200): Promise<number> {
  let pace: Pace = START
  for (let rounds = 1; rounds <= most; rounds += 1) {
    const round = await exchange(line, pace, new AbortController().signal)
    pace = round.step.pace
    const waiting = await line.db.outbox.where('state').equals('waiting').count()
    if (round.outcome === 'answer' && !round.more && waiting === 0) return rounds
  }
  throw new Error('does not settle')
}
