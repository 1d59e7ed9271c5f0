import { describe, expect, it } from 'vitest'
import { isRefused } from '../../src/actions/refused'
import { logHours } from '../../src/actions/book/hours'
import { readSlip } from '../../src/actions/door/slip'
import { composed } from '../../src/actions/form/text'
import { exportUnsent } from '../../src/actions/copy/unsent'
import { putKey } from '../../src/db/account/keys'
import { holds, makeKey, splitJws } from '../../src/device/key'
import { isRefusal } from '../../src/sync/errors'
import { parseOp } from '../../src/sync/op'
import { daysOf, totalsOf } from '../../src/use/book/book'
import { BOOK, enrolled, hours, LIN, rows } from '../cast'
import { replay } from '../replay'
import { phone } from '../world'

describe('logging hours', () => {
  it('keeps a signed op the server can read, with composed text', async () => {
    const { db, key } = await enrolled()
    const made = await logHours(db, hours, 7)
    expect(isRefused(made)).toBe(false)
    const [row] = await db.outbox.toArray()
    const op = parseOp(row!.jws)
    if (isRefusal(op)) throw new Error(op.word)
    expect(op).toMatchObject({ id: row!.id, kid: key.id, book: BOOK, kind: 'entry.logged', by: LIN, count: 1, at: 7 })
    expect(op.fields).toMatchObject({ text: 'Café 制动', start: 480 })
    const split = splitJws(row!.jws)!
    expect(await holds(key.jwk, split.input, split.parts[2]!)).toBe(true)
  })

  it.each([
    ['times_crossed', { end: 480 }],
    ['month_locked', { day: '2026-09-20' }],
    ['stray_character', { text: 'half \ud800 a character' }],
    ['bad_field', { text: 'x'.repeat(501) }],
  ])('refuses on the phone with %s and keeps nothing', async (word, change) => {
    const { db } = await enrolled()
    expect(await logHours(db, { ...hours, ...change }, 7)).toEqual({ refused: word })
    expect(await db.outbox.count()).toBe(0)
  })

  it('writes nothing with a key the server has not seen', async () => {
    const db = await phone()
    await putKey(db, await makeKey())
    expect(await logHours(db, hours, 7)).toEqual({ refused: 'not_enrolled' })
  })

  it('hands out the exact bytes of what is unsent', async () => {
    const { db } = await enrolled()
    await logHours(db, hours, 7)
    const file = await exportUnsent(db, 1_780_000_000_000)
    const [row] = await db.outbox.toArray()
    expect(JSON.parse(file.parts.join(''))).toMatchObject({ format: 'jiangji-unsent', ops: [{ jws: row!.jws }] })
  })
})

describe('what is shown', () => {
  it('is the documents with the outbox on top, and each op once', async () => {
    const { db } = await enrolled()
    const made = await logHours(db, hours, 7)
    if (isRefused(made)) throw new Error(made.refused)
    const outbox = await db.outbox.toArray()
    const before = replay(rows, outbox)
    const [day] = daysOf(before, new Map())
    expect(day).toMatchObject({ day: '2026-11-20', entries: [{ state: 'local' }] })
    expect(totalsOf(daysOf(before, new Map()))).toEqual({ logged: 225, signed: 0, credited: 0 })
    // The server has it, carried by another phone; our own verdict has not come yet.
    const arrived = [...rows, { book: BOOK, id: made.doc, seq: 2, body: before.docs.get(made.doc)! }]
    expect(replay(arrived, outbox).docs).toEqual(before.docs)
  })
})

describe('an activation slip', () => {
  it('is read from the link and from what is typed', () => {
    expect(readSlip('#lin.ABCDE-FGHJK')).toEqual({ login: 'lin', code: 'ABCDE-FGHJK' })
    expect(readSlip('lin.abcdefghjk')).toEqual({ login: 'lin', code: 'abcdefghjk' })
    for (const odd of ['', '#', '#lin', '#lin.short', '#a b.ABCDE-FGHJK', '#%zz.ABCDE-FGHJK']) expect(readSlip(odd)).toBeNull()
  })

  it('keeps text composed and refuses stray halves', () => {
    expect(composed(' e\u0301 ')).toBe('é')
    expect(composed('👍')).toBe('👍')
    expect(composed('\udc00')).toBeNull()
  })
})
