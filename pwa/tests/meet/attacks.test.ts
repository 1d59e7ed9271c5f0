/* Attacks on the exchange between two phones, each with what it shows: A9 and no. 38 (codes made by an enemy), A10 (a borrowed
   phone), A27 (a phone that lies about what it carries) and no. 29 (the key). */
import { beforeEach, describe, expect, it } from 'vitest'
import { openSigning, setPin } from '../../src/actions/door/pin'
import { Collector } from '../../src/actions/meet/collect'
import { showAnswer, showEntries } from '../../src/actions/meet/give'
import { decide, type Decided, type Decision } from '../../src/actions/meet/sign'
import { takeAnswer, takeEntries, takeWhole, type TakenEntries } from '../../src/actions/meet/take'
import { isRefused, type Refused } from '../../src/actions/refused'
import { accountDb, type AccountDb } from '../../src/db/account/account'
import { readKey } from '../../src/db/account/keys'
import { putMeta } from '../../src/db/account/meta'
import { deflate } from '../../src/device/deflate'
import { makeKey, sign } from '../../src/device/key'
import { unpack } from '../../src/sync/bundle'
import { claimedMinutes } from '../../src/sync/book'
import { crc32 } from '../../src/sync/bytes/crc32'
import { cut, KINDS, readFrame, toDigits } from '../../src/sync/envelope'
import { signingInput, withSignature } from '../../src/sync/op'
import { BOOK, hours, LIN } from '../cast'
import { MASTER } from '../mentors'
import { certify, log, make, meeting, NOW, ORIGIN, raw, scan, shown, type Cast } from './cast'

let cast: Cast
beforeEach(async () => {
  cast = await meeting()
})

function sure<T>(given: T | Refused): T {
  if (isRefused(given)) throw new Error(given.refused)
  return given as T
}

const show = async (db: AccountDb, ids: string[]) => raw(shown(await showEntries(db, ids, ORIGIN)).texts)
const all = ({ entries }: TakenEntries): Decision[] =>
  entries.map(({ entry }) => ({ book: BOOK, entry: entry.id, version: entry.version, as: 'sign', minutes: claimedMinutes(entry.content), note: '', scores: [] }))

/** A code with whatever an enemy writes in it, under whatever certificate. */
async function forge(db: AccountDb, bodies: object[], change: { certificate?: string } = {}): Promise<Uint8Array> {
  const key = (await readKey(db))!
  const packed = []
  for (const body of bodies) {
    const whole = { v: 1, book: BOOK, of: null, deps: [], by: LIN, count: 1, at: NOW, seen: 0, salt: 'A'.repeat(22), doc: crypto.randomUUID(), ...body }
    const input = signingInput(key.id, whole)
    const [, , signature] = withSignature(input, await sign(key, input)).split('.')
    packed.push([JSON.stringify(whole), signature])
  }
  return new TextEncoder().encode(JSON.stringify([1, change.certificate ?? key.certificate, packed]))
}

const logged = (change: object = {}) => ({ kind: 'entry.logged', body: { ...hours, book: undefined, text: '换油', shared: false, ...change } })

describe('A9, no. 38: a code made by an enemy', () => {
  it.each([
    ...['javascript:alert(1)', 'data:text/html,<script>alert(1)</script>', 'https://jiangji.example@evil.example/q#017', 'tel:110', 'intent://x#Intent;end'],
    ...[`${ORIGIN}/logout`, `${ORIGIN}/q/../activate#lin.0123456789`, `${ORIGIN}/q?x#017`, `${ORIGIN}/Q#017`, `${ORIGIN}//evil.example/q#017`],
  ])('moves nothing: %s', (text) => {
    const heard = new Collector(ORIGIN).hear(text, NOW)
    expect(heard).toEqual({ as: 'trouble', word: expect.stringMatching(/^(foreign|not_ours)$/) })
  })

  it('of another place is foreign, though every picture of it is whole', async () => {
    const { texts } = shown(await showEntries(cast.apprentice, await log(cast.apprentice, 1), ORIGIN))
    expect(scan(texts)).toMatchObject({ as: 'whole' })
    for (const origin of ['https://jiangji.exampie', 'http://jiangji.example', 'https://jiangji.example.evil']) {
      expect(scan(texts.map((text) => text.replace(ORIGIN, origin)))).toEqual({ as: 'trouble', word: 'foreign' })
    }
  })

  it('of a desk that wants to be logged in to is no code of ours: there is none that logs in', () => {
    expect(new Set(Object.keys(KINDS))).toEqual(new Set(['entries', 'answer', 'presence', 'session']))
  })

  it('of a kind we do not know is a later app’s, whatever stands in it', async () => {
    const text = await show(cast.apprentice, await log(cast.apprentice, 1))
    for (const kind of [0, 5, 255]) expect(await takeWhole(cast.mentor, kind, text, NOW)).toEqual({ refused: 'newer' })
  })

  it('of 41 pictures is no transfer, and a frame that counts more than 40 is damaged', () => {
    const long = new Uint8Array(41 * 560).map((_, at) => (at * 7919) % 251)
    expect(cut(long, KINDS.entries, 1)).toBeNull()
    const [digits] = cut(deflate(new Uint8Array(9)), KINDS.entries, 1)!
    expect(readFrame(digits!)).toMatchObject({ count: 1 })
    const body = (count: number) => Uint8Array.from([0x4a, 0x4a, 0x31, 1, 0, 0, 0, 1, 0, count, 1, 2, 3])
    const framed = (count: number) => {
      const sum = new Uint8Array(4)
      new DataView(sum.buffer).setUint32(0, crc32(body(count)))
      return scan([`${ORIGIN}/q#${toDigits(Uint8Array.from([...body(count), ...sum]))}`])
    }
    expect(framed(40)).toMatchObject({ as: 'part', count: 40 })
    expect([framed(41), framed(255), framed(0)]).toEqual(Array(3).fill({ as: 'trouble', word: 'damaged' }))
  })

  it('is never taken for the next picture of ours: transfers are drawn by chance', async () => {
    const ids = await log(cast.apprentice, 1)
    const drawn = new Set<number>()
    for (let n = 0; n < 40; n += 1) drawn.add(shown(await showEntries(cast.apprentice, ids, ORIGIN)).transfer)
    expect(drawn.size).toBe(40)
    const sorted = [...drawn].sort((a, b) => a - b)
    expect(sorted.some((one, at) => at > 0 && one - sorted[at - 1]! === 1)).toBe(false)
  })

  it('with HTML in it is text, wherever it stands', async () => {
    const text = '<img src=x onerror=alert(1)><script>alert(1)</script>'
    const taken = sure(await takeEntries(cast.mentor, await show(cast.apprentice, await log(cast.apprentice, 1, { text })), NOW))
    expect(taken.entries[0]!.entry.content.text).toBe(text)
  })

  it.each([
    ['a seal of his own', { kind: 'entry.signed', of: 'A'.repeat(43), body: { minutes: 60, how: 'scan', note: null, scores: [] } }],
    ['a member more', { kind: 'member.joined', doc: BOOK, body: { member: LIN, person: LIN, role: 'mentor', org: null, from: '2026-01-01', to: null } }],
    ['a note', { kind: 'note.added', body: { text: 'x', about: null } }],
    ['what no app knows', { kind: 'entry.blessed', body: {} }],
    ['wrong fields', { kind: 'entry.logged', body: { day: 'x' } }],
    ['another name', { ...logged(), by: MASTER }],
  ])('that brings %s beside an entry is refused whole', async (_, odd) => {
    const code = await forge(cast.apprentice, [logged(), odd])
    expect(await takeEntries(cast.mentor, code, NOW)).toEqual({ refused: 'forged' })
    expect(await cast.mentor.outbox.count()).toBe(0)
    expect(await takeEntries(cast.mentor, await forge(cast.apprentice, [logged()]), NOW)).toMatchObject({ as: 'entries' })
  })

  it('that mixes two books is refused whole', async () => {
    const code = await forge(cast.apprentice, [logged(), { ...logged(), book: '44444444-4444-4444-8444-444444444444' }])
    expect(await takeEntries(cast.mentor, code, NOW)).toEqual({ refused: 'forged' })
  })

  it.each([
    ['made by himself', async () => certify(await makeKey(), (await readKey(cast.apprentice))!, LIN)],
    ['of another', async () => (await readKey(cast.mentor))!.certificate!],
    ['with alg none', async () => (await readKey(cast.apprentice))!.certificate!.replace(/^[^.]+/, btoa('{"alg":"none","typ":"jj-cert"}').replace(/=+$/, ''))],
    ['without a seal', async () => (await readKey(cast.apprentice))!.certificate!.replace(/[^.]+$/, 'A'.repeat(86))],
    ['that says he is the master', async () => certify(cast.server, await makeKey(), MASTER)],
  ])('under a certificate %s is a stranger’s or forged', async (_, certificate) => {
    const code = await forge(cast.apprentice, [logged()], { certificate: await certificate() })
    const told = await takeEntries(cast.mentor, code, NOW)
    expect(told).toEqual({ refused: expect.stringMatching(/^(stranger|forged|damaged|own_code)$/) })
    expect(await cast.mentor.outbox.count()).toBe(0)
  })
})

describe('A10: a borrowed phone', () => {
  const MINUTE = 60_000
  const taken = async () => sure(await takeEntries(cast.mentor, await show(cast.apprentice, await log(cast.apprentice, 2)), NOW))

  it('signs nothing of what it scanned without the PIN, and gives no answer', async () => {
    await putMeta(cast.mentor, 'shared', true)
    const seen = await taken()
    expect(await decide(cast.mentor, seen, all(seen), NOW)).toEqual({ refused: 'pin_unset' })
    await setPin(cast.mentor, '2468')
    expect(await decide(cast.mentor, seen, all(seen), NOW)).toEqual({ refused: 'pin_needed' })
    expect(await openSigning(cast.mentor, '1111', NOW)).toEqual({ refused: 'pin_wrong' })
    expect(await decide(cast.mentor, seen, all(seen), NOW)).toEqual({ refused: 'pin_needed' })
    expect((await cast.mentor.outbox.toArray()).filter(({ carried }) => !carried)).toEqual([])
  })

  it('left lying after a sign-off signs for five minutes and then no more', async () => {
    await putMeta(cast.mentor, 'shared', true)
    await setPin(cast.mentor, '2468')
    const seen = await taken()
    expect(await openSigning(cast.mentor, '2468', NOW)).toBeNull()
    const [first, second] = all(seen)
    expect(sure<Decided>(await decide(cast.mentor, seen, [first!], NOW + 4 * MINUTE)).ops).toHaveLength(1)
    expect(await decide(cast.mentor, seen, [second!], NOW + 6 * MINUTE)).toEqual({ refused: 'pin_needed' })
    expect(await decide(cast.mentor, seen, [second!], NOW - MINUTE)).toEqual({ refused: 'pin_needed' })
  })

  it('of the apprentice takes no answer that another than his own master gave', async () => {
    const ids = await log(cast.apprentice, 1)
    const friend = await make(cast.server, '77777777-7777-4777-8777-777777777777', false, { name: '朋友' })
    const seen = sure(await takeEntries(friend, await show(cast.apprentice, ids), NOW))
    const { ops } = sure<Decided>(await decide(friend, seen, all(seen), NOW))
    const told = sure(await takeAnswer(cast.apprentice, raw(shown(await showAnswer(friend, ops, ORIGIN)).texts), NOW))
    expect(told).toMatchObject({ answered: [], unsure: [{ entry: ids[0] }] })
  })
})

describe('A27: a phone that lies about what it carries', () => {
  it('cannot leave out the entry that a sign-off speaks of, nor turn it to another version', async () => {
    const ids = await log(cast.apprentice, 2)
    const seen = sure(await takeEntries(cast.mentor, await show(cast.apprentice, ids), NOW))
    const { ops } = sure<Decided>(await decide(cast.mentor, seen, all(seen), NOW))
    const code = raw(shown(await showAnswer(cast.mentor, ops, ORIGIN)).texts)
    const told = sure(await takeAnswer(await make(cast.server, LIN), code, NOW))
    expect(told).toMatchObject({ answered: [], failed: [{ word: expect.any(String) }, { word: expect.any(String) }] })
    const other = new TextDecoder().decode(code).replace(seen.entries[0]!.entry.version, seen.entries[1]!.entry.version)
    expect(await takeAnswer(cast.apprentice, new TextEncoder().encode(other), NOW)).toEqual({ refused: 'forged' })
  })

  it('every byte it changes is seen', async () => {
    const code = await show(cast.apprentice, await log(cast.apprentice, 1))
    const words = new Set<string>()
    for (let at = 0; at < code.length; at += 7) {
      const bad = code.slice()
      bad[at] = bad[at]! ^ 1
      const told = await takeEntries(cast.mentor, bad, NOW)
      if (!isRefused(told)) throw new Error(`byte ${at} was changed and nobody saw it`)
      words.add(told.refused)
    }
    expect([...words].every((word) => ['damaged', 'forged', 'stranger', 'newer'].includes(word))).toBe(true)
    expect(await cast.mentor.outbox.count()).toBe(0)
  })

  it('its words written anew, the same in meaning, hold no seal', async () => {
    const code = await show(cast.apprentice, await log(cast.apprentice, 1))
    const [, certificate, [[payload, seal]]] = JSON.parse(new TextDecoder().decode(code)) as [number, string, [[string, string]]]
    const sorted = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(payload) as object).sort()))
    const again = new TextEncoder().encode(JSON.stringify([1, certificate, [[sorted, seal]]]))
    expect(typeof unpack(again)).toBe('object')
    expect(await takeEntries(cast.mentor, again, NOW)).toEqual({ refused: 'forged' })
  })
})

describe('no. 29: the key', () => {
  it.each(['jwk', 'pkcs8', 'raw', 'spki'] as const)('is given out as %s to nobody', async (form) => {
    const { pair } = (await readKey(cast.apprentice))!
    expect(pair.privateKey.extractable).toBe(false)
    await expect(crypto.subtle.exportKey(form, pair.privateKey)).rejects.toThrow()
  })

  it('lies in the database of the outbox and goes with it', async () => {
    const [id] = await log(cast.apprentice, 1)
    expect([...cast.apprentice.tables.map(({ name }) => name)]).toEqual(expect.arrayContaining(['keys', 'outbox']))
    const name = cast.apprentice.name.replace('jiangji-', '')
    await cast.apprentice.delete()
    const again = accountDb(name)
    expect([await readKey(again), await again.outbox.count()]).toEqual([undefined, 0])
    expect(await showEntries(again, [id!], ORIGIN)).toEqual({ refused: 'online_only' })
  })

  it('of one account signs for no other of the same phone', async () => {
    const [one, other] = [await readKey(cast.apprentice), await readKey(await make(cast.server, MASTER))]
    expect(one!.id).not.toBe(other!.id)
  })
})
