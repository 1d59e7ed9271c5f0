/* An apprentice before a base's kiosk, neither of them with a network. */
import { beforeEach, describe, expect, it } from 'vitest'
import { checkIn, checkOut, takeCode, type TakenCode } from '../../src/actions/base/present'
import { drawCode } from '../../src/actions/base/kiosk'
import { isRefused, type Refused } from '../../src/actions/refused'
import type { AccountDb } from '../../src/db/account/account'
import { putMeta } from '../../src/db/account/meta'
import { readFew } from '../../src/db/book/docs'
import { makeKey } from '../../src/device/key'
import type { PresenceDoc } from '../../src/sync/book'
import { readCode, TURN_MS, turnOf } from '../../src/sync/code'
import { BOOK } from '../cast'
import { make, meeting, NOW, ORIGIN, scan, type Cast } from '../meet/cast'
import { BASE, drawn, KIOSK, makeKiosk, read, SAID } from './cast'

let cast: Cast
let kiosk: AccountDb
beforeEach(async () => {
  cast = await meeting()
  kiosk = await makeKiosk(cast.server)
})

function sure<T>(given: T | Refused): T {
  if (isRefused(given)) throw new Error(given.refused)
  return given as T
}

const take = async (now = NOW): Promise<TakenCode> => sure(await takeCode(cast.apprentice, await read(kiosk, now), now))

async function presence(doc: string): Promise<PresenceDoc> {
  return (await readFew(cast.apprentice, BOOK, [doc])).get(doc) as PresenceDoc
}

describe('the screen of a kiosk', () => {
  it('shows one picture, another one each half minute', async () => {
    const [first, again, next] = [await drawn(kiosk, NOW), await drawn(kiosk, NOW + 1), await drawn(kiosk, NOW + TURN_MS)]
    expect([first, again, next].map(({ texts }) => texts.length)).toEqual([1, 1, 1])
    expect(again.turn).toBe(first.turn)
    expect(next.turn).toBe(first.turn + 1)
    expect(next.texts).not.toEqual(first.texts)
    expect(scan(first.texts)).toMatchObject({ as: 'whole', kind: 3 })
  })

  it('shows none without a key the server knows', async () => {
    const row = (await kiosk.keys.get('device'))!
    await kiosk.keys.put({ ...row, certificate: null })
    expect(await drawCode(kiosk, SAID, NOW, ORIGIN)).toEqual({ refused: 'not_enrolled' })
    await kiosk.keys.clear()
    expect(await drawCode(kiosk, SAID, NOW, ORIGIN)).toEqual({ refused: 'online_only' })
  })
})

describe('coming and going', () => {
  it('says which base it is, and writes down that he came', async () => {
    const taken = await take()
    expect(taken).toMatchObject({ kiosk: '一号签到屏', code: { ...SAID, turn: turnOf(NOW) } })
    const { doc } = sure(await checkIn(cast.apprentice, BOOK, taken, NOW))
    expect(await presence(doc)).toMatchObject({ state: 'in', base: BASE, workstation: '2 号工位', day: '2026-11-20', start: 18 * 60, end: null, code: taken.jws })
    expect(readCode((await presence(doc)).code)).toMatchObject({ name: SAID.name, module: 'M2' })
  })

  it('writes down that he went, with a code and without', async () => {
    const { doc } = sure(await checkIn(cast.apprentice, BOOK, await take(), NOW))
    const later = NOW + 90 * 60_000
    const out = await take(later)
    sure(await checkOut(cast.apprentice, BOOK, await presence(doc), out.jws, later))
    expect(await presence(doc)).toMatchObject({ state: 'out', start: 18 * 60, end: 18 * 60 + 90 })
    const second = sure(await checkIn(cast.apprentice, BOOK, await take(later), later)).doc
    sure(await checkOut(cast.apprentice, BOOK, await presence(second), null, later + 5_000))
    expect(await presence(second)).toMatchObject({ state: 'out', end: 18 * 60 + 91 })
  })

  it('ends at midnight what was not ended that day', async () => {
    const { doc } = sure(await checkIn(cast.apprentice, BOOK, await take(), NOW))
    sure(await checkOut(cast.apprentice, BOOK, await presence(doc), null, NOW + 20 * 3_600_000))
    expect(await presence(doc)).toMatchObject({ state: 'out', end: 1440 })
  })

  it('asks for the PIN where several use the phone', async () => {
    await putMeta(cast.apprentice, 'shared', true)
    expect(await checkIn(cast.apprentice, BOOK, await take(), NOW)).toEqual({ refused: 'pin_unset' })
    expect(await cast.apprentice.outbox.count()).toBe(0)
  })
})

describe('what is not believed', () => {
  it.each([
    ['a kiosk of another server', async () => makeKiosk(await makeKey()), 'stranger'],
    ['a kiosk whose certificate is over', async () => makeKiosk(cast.server, { expires: NOW }), 'certificate_over'],
    ['a person who is no kiosk', async () => make(cast.server, KIOSK, false, { roles: ['mentor'] }), 'not_kiosk'],
  ])('%s', async (_, who, word) => {
    expect(await takeCode(cast.apprentice, await read(await who(), NOW), NOW)).toEqual({ refused: word })
  })

  it('a word changed under its signature', async () => {
    const text = new TextDecoder().decode(await read(kiosk, NOW))
    expect(text).toContain('2 号工位')
    const forged = new TextEncoder().encode(text.replace('2 号工位', '3 号工位'))
    expect(await takeCode(cast.apprentice, forged, NOW)).toEqual({ refused: 'forged' })
  })

  it('the code of one kiosk under the certificate of another', async () => {
    const other = await makeKiosk(cast.server)
    const [mine, theirs] = [await read(kiosk, NOW), await read(other, NOW)].map((raw) => new TextDecoder().decode(raw).split('\n'))
    const mixed = [...mine!.slice(0, 3), ...theirs!.slice(3)].join('\n')
    expect(await takeCode(cast.apprentice, new TextEncoder().encode(mixed), NOW)).toEqual({ refused: 'forged' })
  })

  it('anything else', async () => {
    expect(await takeCode(cast.apprentice, new TextEncoder().encode('x'), NOW)).toEqual({ refused: 'damaged' })
    expect(await takeCode(cast.apprentice, new TextEncoder().encode('2\n'), NOW)).toEqual({ refused: 'newer' })
    await cast.apprentice.meta.delete('server_key')
    expect(await takeCode(cast.apprentice, await read(kiosk, NOW), NOW)).toEqual({ refused: 'online_only' })
  })
})
