/* A book, an hour's work and an enrolled phone. */
import type { Hours } from '../src/actions/book/hours'
import { putCertificate, putKey } from '../src/db/account/keys'
import type { DocRow } from '../src/db/account/rows'
import { makeKey } from '../src/device/key'
import type { BookDoc } from '../src/sync/book'
import { phone } from './world'

export const LIN = '11111111-1111-4111-8111-111111111111'
export const BOOK = '33333333-3333-4333-8333-333333333333'

export const head: BookDoc = {
  ...{ id: BOOK, kind: 'book', state: 'open', apprentice: LIN, learner: 'student_apprentice', occupation: '汽车维修工', level: '中级工' },
  ...{ enterprise: BOOK, college: BOOK, from: '2026-09-01', to: '2027-08-31', plan: null, locked: ['2026-09'] },
  members: [{ id: 'm', person: LIN, role: 'apprentice', org: null, from: '2026-09-01', to: null }],
}

export const rows: DocRow[] = [{ book: BOOK, id: BOOK, seq: 1, body: head }]

export const hours: Hours = {
  ...{ book: BOOK, day: '2026-11-20', start: 480, end: 720, break: 15, module: 'M1', nature: 'practice' },
  ...{ place_kind: 'post', place: null, text: 'Cafe\u0301 制动', safety: true, photos: [], late_reason: null, presence: null },
}

export async function enrolled() {
  const db = await phone()
  const key = await makeKey()
  await putKey(db, key)
  await putCertificate(db, 'certificate')
  await db.docs.bulkPut(rows)
  await db.books.put({ id: BOOK, seq: 1, chain: '', resetting: null })
  await db.meta.put({ name: 'person', body: { id: LIN, name: '林一', login: 'lin' } })
  return { db, key }
}
