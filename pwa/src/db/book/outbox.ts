/* Ops that wait for the server's word. Nothing leaves here but by a verdict (page.ts) or with the whole account. */
import type { AccountDb } from '../account/account'
import { goesWith, type SeenDraft } from '../form/drafts'
import { alive, saving, type StoreTrouble } from '../account/handle'
import { tellLater } from '../account/live'
import { keptRow } from './kept'
import { isAsRead, selectKey, takeCounts } from '../account/keys'
import type { KeyRow, OpRow, OutboxRow, OutboxState } from '../account/rows'

type NewOp = Omit<OpRow, 'number'> & Pick<OutboxRow, 'unsure' | 'awaited'>

/** What is done together with keeping ops. */
export interface Along {
  /** The key as it was read, and how many of the ops bear its next numbers. */
  numbered?: { key: Pick<KeyRow, 'id' | 'count'>; many: number }
  /** The form they were written in. */
  draft?: SeenDraft | null
}

/** Another tab has taken numbers of the key since it was read: nothing was kept. */
export interface Overtaken {
  overtaken: true
}

/** Resolves after the transaction is complete: only then may a screen say "saved". The same op twice is once. All is asked at once
    and all is written at once: on a slow phone every way to the database and back is felt. */
export const keepOps = (db: AccountDb, ops: NewOp[], along: Along = {}): Promise<null | Overtaken | StoreTrouble> =>
  saving(db, () =>
    db.transaction('rw', db.outbox, db.kept, db.meta, db.keys, async (all) => {
      const kept = await putOps(db, ops, along)
      // Who saves a form is about to leave it; any other screen stays, and shows at once what has become of what it shows.
      if (along.draft) tellLater(all)
      return kept
    }),
  )

/** All of it, and then it is abandoned: nothing is kept, and whoever does it in earnest does it faster. */
export async function rehearseKeeping(db: AccountDb, ops: NewOp[], along: Along): Promise<void> {
  const act = () => db.transaction('rw', db.outbox, db.kept, db.meta, db.keys, (all) => putOps(db, ops, along).then(() => all.abort()))
  await act().catch(() => undefined)
}

async function putOps(db: AccountDb, ops: NewOp[], { numbered, draft }: Along): Promise<null | Overtaken | StoreTrouble> {
  // What was numbered just now was never here before.
  const isNew = numbered?.many === ops.length
  const [[leaving, person, arrived, form], fresh, key] = await Promise.all([
    db.meta.bulkGet(['leaving', 'person', 'ops_arrived', ...(draft ? [draft.name] : [])]),
    isNew ? ops : unknownOf(db, ops),
    numbered?.many ? selectKey(db) : undefined,
  ])
  if (leaving || !person) return { trouble: 'account_gone' }
  const numbers = fresh.length && numbered?.many ? numbered : null
  // By another tab; or by these very ops, when the phone lost the word that they were kept.
  if (numbers && !isAsRead(key, numbers.key)) return (await unknownOf(db, ops)).length ? { overtaken: true } : null
  const last = Number(arrived?.body ?? 0)
  const rows = fresh.map((op, at): OutboxRow => ({ ...op, number: last + at + 1, ...UNTOLD }))
  await Promise.all([
    numbers && key ? takeCounts(db, key, numbers.many) : null,
    rows.length ? db.outbox.bulkAdd(rows) : null,
    rows.length ? db.meta.put({ name: 'ops_arrived', body: last + rows.length }) : null,
    draft && goesWith(draft, form) ? db.meta.delete(draft.name) : null,
  ])
  return null
}

/** Those that are neither in the outbox nor among the kept, each once. */
async function unknownOf(db: AccountDb, ops: NewOp[]): Promise<NewOp[]> {
  const ids = ops.map(({ id }) => id)
  const [waiting, kept] = await Promise.all([db.outbox.bulkGet(ids), db.kept.bulkGet(ids)])
  return ops.filter(({ id }, at) => !waiting[at] && !kept[at] && ids.indexOf(id) === at)
}

const UNTOLD = { state: 'waiting', word: null, seq: null, tries: 0, asked_at: 0, exported: false } as const

/** Leaving, or gone already: a late tab's handle opens the deleted database anew, empty and without a person. */
export async function isGone(db: AccountDb): Promise<boolean> {
  const [leaving, person] = await db.meta.bulkGet(['leaving', 'person'])
  return leaving !== undefined || person === undefined
}

/** As they arrived on this phone. */
export const byArrival = (a: OutboxRow, b: OutboxRow): number => a.number - b.number

export const readOutbox = (db: AccountDb): Promise<OutboxRow[]> => alive(db, () => db.outbox.toArray())

export const readRow = (db: AccountDb, id: string): Promise<OutboxRow | undefined> => alive(db, () => db.outbox.get(id))

const TROUBLED: OutboxState[] = ['refused', 'held', 'quarantined', 'stuck']

/** Ops the server did not simply take; whoever carried one for somebody else has nothing to decide but to send it again. */
export const isTroubled = ({ state, carried }: OutboxRow): boolean => TROUBLED.includes(state) && (!carried || state === 'stuck')

export const readTroubled = (db: AccountDb): Promise<OutboxRow[]> =>
  alive(db, () => db.outbox.where('state').anyOf(TROUBLED).filter(isTroubled).toArray())

/** How many ops have ever come into the outbox of this phone. */
export const countArrived = (db: AccountDb): Promise<number> =>
  alive(db, async () => Number((await db.meta.get('ops_arrived'))?.body ?? 0))

const UNSENT: OutboxState[] = ['waiting', 'stuck']

/** Ops the server has not confirmed. */
export const countUnsent = (db: AccountDb): Promise<number> =>
  alive(db, () => db.outbox.where('state').anyOf(UNSENT).count())

/** Work that would be lost with this database: whatever the server has not taken and no file holds. */
export const countUnsaved = (db: AccountDb): Promise<number> =>
  alive(db, () => unsaved(db).count())

const isDone = ({ state, carried }: OutboxRow): boolean => state === 'accepted' || (carried && state === 'refused')

const unsaved = (db: AccountDb) => db.outbox.filter((row) => !isDone(row) && !row.exported)

/** Counts once more and, when nothing would be lost, closes the outbox: in one transaction, so that no tab saves in between. */
export const closeOutbox = (db: AccountDb): Promise<boolean> =>
  alive(db, () =>
    db.transaction('rw', db.outbox, db.meta, async () => {
      if ((await unsaved(db).count()) > 0) return false
      await db.meta.put({ name: 'leaving', body: true })
      return true
    }),
  )

/** This op alone made the server fail; after `most` times it is set aside, shown, and tried again once a day. */
export const blame = (db: AccountDb, id: string, word: string, most: number, now: number): Promise<unknown> =>
  alive(db, () =>
    db.transaction('rw', db.outbox, async () => {
      const row = await db.outbox.get(id)
      if (!row || row.state === 'accepted') return
      const tries = row.tries + 1
      const stuck = tries >= most
      await db.outbox.update(id, { tries, ...(stuck ? { state: 'stuck', word, asked_at: now } : {}) })
    }),
  )

export const markExported = (db: AccountDb, ids: string[]): Promise<unknown> =>
  alive(db, () => db.outbox.where('id').anyOf(ids).modify({ exported: true }))

/** What is known of these ops; one that has left the outbox is accepted. */
export const readStates = (db: AccountDb, ids: string[]): Promise<{ id: string; state: OutboxState }[]> =>
  alive(db, async () => {
    const rows = await db.outbox.bulkGet(ids)
    return ids.map((id, at) => ({ id, state: rows[at]?.state ?? 'accepted' }))
  })

/** Out of the outbox again, and told: those of them the server has not got. */
export const takeBack = (db: AccountDb, ids: string[]): Promise<OutboxRow[]> =>
  alive(db, () =>
    db.transaction('rw', db.outbox, async () => {
      const rows = (await db.outbox.bulkGet(ids)).filter((row) => row !== undefined)
      const back = rows.filter(({ state }) => state === 'waiting' || state === 'stuck' || state === 'refused')
      await db.outbox.bulkDelete(back.map(({ id }) => id))
      return back
    }),
  )

/** Who has just come in may be known by now: what was refused to a stranger, or put off, need not wait for its hour. */
export const askAnew = (db: AccountDb): Promise<unknown> =>
  alive(db, () => db.outbox.where('state').anyOf('refused', 'waiting').modify({ asked_at: 0, put_off: 0 }))

/** Put a refused op aside once its author has seen why and acted: it stays readable among the kept. */
export const settle = (db: AccountDb, id: string, now: number): Promise<unknown> =>
  alive(db, () =>
    db.transaction('rw', db.outbox, db.kept, async () => {
      const row = await db.outbox.get(id)
      if (row?.state !== 'refused') return
      await db.kept.put({ ...keptRow(row, now), seq: null })
      await db.outbox.delete(id)
    }),
  )

/** The person has seen why an op was set aside and wants it tried again now. */
export const tryAgain = (db: AccountDb, id: string): Promise<unknown> =>
  alive(db, () =>
    db.transaction('rw', db.outbox, async () => {
      const row = await db.outbox.get(id)
      if (row?.state === 'stuck') await db.outbox.update(id, { state: 'waiting', word: null, tries: 0 })
    }),
  )

/** Nothing of this account is on its way or with a person any more. */
export const isEmpty = async (db: AccountDb): Promise<boolean> => (await alive(db, () => db.outbox.count())) === 0
