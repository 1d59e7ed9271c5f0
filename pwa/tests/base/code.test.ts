/* The code of a base's kiosk: what it says, how it travels, and what of it is not believed. */
import { describe, expect, it } from 'vitest'
import { deflate, inflate } from '../../src/device/deflate'
import { chance, salt } from '../../src/device/bytes'
import { makeKey, sign, type DeviceKey } from '../../src/device/key'
import { awayFrom, codeInput, isInTime, MOST_CODE, packCode, readCode, unpackCode, TURN_MS, turnOf, type Code } from '../../src/sync/code'
import { cut, KINDS, MOST_INFLATED } from '../../src/sync/envelope'
import { signingInput, withSignature } from '../../src/sync/op'
import { certify, NOW } from '../meet/cast'

const KIOSK = '99999999-9999-4999-8999-999999999999'
const said: Code = {
  ...{ base: '5ad63f2e-8a3c-4c57-9a42-0a1b2c3d4e5f', session: 'c0ffee00-1234-4abc-8def-0123456789ab', turn: turnOf(NOW) },
  ...{ name: '海滨市高技能人才公共实训基地（示例）', module: 'M5', workstation: '六轴机器人 2 号工位' },
}

async function shown(code: Code = said): Promise<{ server: DeviceKey; kiosk: DeviceKey; certificate: string; code: string }> {
  const [server, kiosk] = [await makeKey(), await makeKey()]
  const input = codeInput(kiosk.id, code, chance(8))
  return { server, kiosk, certificate: await certify(server, kiosk, KIOSK, { name: '一号签到屏', roles: ['kiosk'] }), code: withSignature(input, await sign(kiosk, input)) }
}

describe('what a code says', () => {
  it('is read back as it was written', async () => {
    const { code } = await shown()
    expect(code.length).toBeLessThanOrEqual(MOST_CODE)
    expect(readCode(code)).toEqual(said)
  })

  it('stays within what an operation takes, however long the names', async () => {
    const { code } = await shown({ ...said, name: '🏭'.repeat(60), module: 'M'.repeat(64), workstation: '🔧'.repeat(40) })
    expect(code.length).toBeLessThanOrEqual(MOST_CODE)
    expect(readCode(code)?.name).toBe('🏭'.repeat(30))
  })

  it('says nothing of module or workstation where the session has none', async () => {
    const { code } = await shown({ ...said, module: null, workstation: null })
    expect(readCode(code)).toEqual({ ...said, module: null, workstation: null })
  })

  it.each([
    ['another version', { v: 2 }],
    ['no uuid', { base: 'base' }],
    ['a half window', { window: 1.5 }],
    ['a name of two lines', { name: 'a\nb'.repeat(20) }],
    ['no name', { name: '' }],
    ['a workstation too long', { workstation: 'x'.repeat(41) }],
    ['a module with spaces', { module: 'M 1' }],
  ])('is none: %s', async (_, change) => {
    const key = await makeKey()
    const input = signingInput(key.id, { v: 1, nonce: salt(), ...said, window: said.turn, ...change }, 'jj-code')
    expect(readCode(withSignature(input, await sign(key, input)))).toBeNull()
  })

  it('is none when it is an operation, or anything else', async () => {
    const key = await makeKey()
    const input = signingInput(key.id, { v: 1, ...said }, 'jj-op')
    expect(readCode(withSignature(input, await sign(key, input)))).toBeNull()
    for (const odd of [null, '', 'a.b.c', 7]) expect(readCode(odd)).toBeNull()
  })
})

describe('the half minute it stands for', () => {
  const begin = said.turn * TURN_MS
  it.each([
    ['as it appears', begin, 0, true],
    ['as it goes', begin + TURN_MS, 0, true],
    ['two minutes later', begin + TURN_MS + 120_000, 120_000, true],
    ['a moment after that', begin + TURN_MS + 120_001, 120_001, false],
    ['two minutes early', begin - 120_000, 120_000, true],
    ['a moment before that', begin - 120_001, 120_001, false],
  ])('%s', (_, now, away, fits) => {
    expect(awayFrom(said, now)).toBe(away)
    expect(isInTime(said, now)).toBe(fits)
  })
})

describe('on its way', () => {
  it('comes out byte for byte, in one picture', async () => {
    const { server, certificate, code } = await shown()
    const raw = packCode({ certificate, code })!
    const deflated = deflate(raw)
    expect(unpackCode(inflate(deflated, MOST_INFLATED)!, server.id)).toEqual({ certificate, code })
    expect(cut(deflated, KINDS.presence, 7)).toHaveLength(1)
  })

  it('carries the name of the device where that is not its key’s', async () => {
    const { server, kiosk, code } = await shown()
    const odd = await certify(server, { ...kiosk, id: (await makeKey()).id }, KIOSK)
    expect(unpackCode(packCode({ certificate: odd, code })!, server.id)).toMatchObject({ certificate: odd })
  })

  it('for another server it comes out with a certificate that server never gave', async () => {
    const { certificate, code } = await shown()
    const other = await makeKey()
    const came = unpackCode(packCode({ certificate, code })!, other.id)
    expect(came).not.toMatchObject({ certificate })
  })

  it('a later shape is newer, rubbish damaged', async () => {
    const { server, certificate, code } = await shown()
    const text = new TextDecoder().decode(packCode({ certificate, code })!)
    const read = (odd: string) => unpackCode(new TextEncoder().encode(odd), server.id)
    expect(read(text.replace(/^1/, '2'))).toBe('newer')
    const twisted = [text.slice(0, -3), `${text}\n`, text.replace('\u0003', 'dewice'), text.replace('\u0001', '[')]
    for (const odd of ['', '1', 'x', '0\n\n\n\n', ...twisted]) expect(read(odd)).toBe('damaged')
    expect(unpackCode(Uint8Array.of(0xff, 0xfe), server.id)).toBe('damaged')
  })
})
