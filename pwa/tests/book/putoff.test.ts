import { describe, expect, it } from 'vitest'
import { storePage } from '../../src/db/book/page'
import { askAnew, readOutbox } from '../../src/db/book/outbox'
import { isDue, pickBatch } from '../../src/net/batch'
import { exchange, type Line } from '../../src/net/exchange'
import { START } from '../../src/net/pace'
import { countsOf } from '../../src/use/account/status'
import { lineTo, page, phone, Server, states, write } from '../world'

const MINUTE = 60_000
const NOW = 1_000_000
const once = (line: Line) => exchange(line, START, new AbortController().signal)

describe('ops the server puts off', () => {
  it('fifty of them hold up nobody behind them', async () => {
    const [db, server] = [await phone(), new Server()]
    server.judge = (id) => (id.startsWith('bad') ? { as: 'retry' } : null)
    for (let n = 0; n < 50; n += 1) await write(db, `bad-${n}`)
    for (let n = 0; n < 3; n += 1) await write(db, `good-${n}`)
    const line = lineTo(db, server.fetching)
    await once(line)
    await once(line)
    expect([...server.verdicts.keys()]).toEqual(['good-0', 'good-1', 'good-2'])
    // They wait, and are counted; nothing is asked about them before their pause is over.
    expect(countsOf(await readOutbox(db)).waiting).toBe(50)
    await once(line)
    expect(server.asked.map(({ ops }) => ops.length)).toEqual([50, 3, 0])
    server.judge = () => null
    await once({ ...line, now: () => NOW + MINUTE })
    await once({ ...line, now: () => NOW + MINUTE })
    expect(Object.values(await states(db)).filter((state) => state === 'waiting')).toEqual([])
  })

  it('are asked about after a minute, two, four, at most an hour, behind what was never asked', async () => {
    const db = await phone()
    await write(db, 'old')
    const pauses: number[] = []
    for (let n = 0; n < 8; n += 1) {
      await storePage(db, page({ verdicts: { old: { as: 'retry' } } }), {}, NOW)
      const [row] = await readOutbox(db)
      pauses.push([1, 2, 4, 8, 16, 32, 60, 61].findIndex((minutes) => isDue(row!, NOW + minutes * MINUTE)))
      expect(isDue(row!, NOW)).toBe(false)
    }
    expect(pauses).toEqual([0, 1, 2, 3, 4, 5, 6, 6])
    await write(db, 'new')
    const batch = async (now: number) => pickBatch(await readOutbox(db), now, 50).map(({ id }) => id)
    expect(await batch(NOW)).toEqual(['new'])
    expect(await batch(NOW + 60 * MINUTE)).toEqual(['new', 'old'])
    // A clock that was set back makes nothing wait longer; nor does whoever has just come in.
    expect(await batch(NOW - MINUTE)).toEqual(['new', 'old'])
    await askAnew(db)
    expect(await batch(NOW)).toEqual(['old', 'new'])
  })
})
