import { describe, expect, it } from 'vitest'
import { putKey, readKey } from '../../src/db/account/keys'
import { fromText, toBase64url } from '../../src/device/bytes'
import { readCertificate, wantsRenewal } from '../../src/device/certificate'
import { enrolKey, enrolmentProof, holds, makeKey, sign, splitJws, thumbprint, type DeviceKey } from '../../src/device/key'
import { charged, isRight, makePin } from '../../src/device/pin'
import { signingInput, withSignature } from '../../src/sync/op'
import { phone } from '../world'

const DAY = 24 * 3600 * 1000

async function certificate(server: DeviceKey, device: DeviceKey, change: object = {}): Promise<string> {
  const body = { v: 1, person: 'lin', device: device.id, jwk: device.jwk, roles: ['apprentice'], issued: 0, expires: 90 * DAY }
  const input = signingInput(server.id, { ...body, ...change }, 'jj-cert')
  return withSignature(input, await sign(server, input))
}

describe('the device key', () => {
  it('is named by the thumbprint of RFC 7638', async () => {
    // The P-256 key of RFC 7517 A.1; the name was computed from its canonical JSON with another program.
    const jwk = { kty: 'EC', crv: 'P-256', x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4', y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM' }
    expect(await thumbprint(jwk)).toBe('cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s')
  })

  it('never leaves the phone', async () => {
    const key = await makeKey()
    await expect(crypto.subtle.exportKey('jwk', key.pair.privateKey)).rejects.toThrow()
  })

  it('is stored, read back and used at enrolment', async () => {
    const db = await phone()
    const key = await enrolKey({ load: () => readKey(db), save: (made) => putKey(db, made) })
    const again = await enrolKey({ load: () => readKey(db), save: (made) => putKey(db, made) })
    expect(key?.id).toMatch(/^[\w-]{43}$/)
    expect(again?.id).toBe(key?.id)
    const signature = await sign(again!, 'a.b')
    expect(signature.length).toBe(64)
    expect(await holds(again!.jwk, 'a.b', signature)).toBe(true)
    expect(await holds(again!.jwk, 'a.c', signature)).toBe(false)
  })

  it('is not there on a phone that cannot keep it', async () => {
    const refuses = { load: async () => undefined, save: async () => Promise.reject(new DOMException('no', 'DataCloneError')) }
    expect(await enrolKey(refuses)).toBeNull()
    expect(await enrolKey({ load: async () => undefined, save: async () => undefined })).toBeNull()
  })

  it('proves itself with the header the server asks for', async () => {
    const key = await makeKey()
    const split = splitJws(await enrolmentProof(key, 'lin', 5))!
    expect(new TextDecoder().decode(split.parts[0])).toBe(`{"alg":"ES256","kid":"${key.id}","typ":"jj-enrol"}`)
    expect(await holds(key.jwk, split.input, split.parts[2]!)).toBe(true)
  })
})

describe('a certificate', () => {
  it('is believed when the server signed it, and renewed in its last sixty days', async () => {
    const [server, device] = [await makeKey(), await makeKey()]
    const jws = await certificate(server, device)
    expect(await readCertificate(jws, server.jwk, DAY)).toMatchObject({ person: 'lin' })
    expect(wantsRenewal(jws, 29 * DAY)).toBe(false)
    expect(wantsRenewal(jws, 31 * DAY)).toBe(true)
    expect(wantsRenewal(null, 0)).toBe(true)
  })

  it('is worthless from a stranger, over, about another key or with another header', async () => {
    const [server, device, stranger] = [await makeKey(), await makeKey(), await makeKey()]
    const jws = await certificate(server, device)
    const alg = `${toBase64url(fromText(`{"alg":"none","kid":"${server.id}","typ":"jj-cert"}`))}.${jws.split('.').slice(1).join('.')}`
    expect(await readCertificate(jws, stranger.jwk, DAY)).toBe('stranger')
    expect(await readCertificate(jws, server.jwk, 90 * DAY)).toBe('expired')
    expect(await readCertificate(await certificate(server, device, { jwk: stranger.jwk }), server.jwk, DAY)).toBe('stranger')
    expect(await readCertificate(alg, server.jwk, DAY)).toBe('stranger')
    for (const odd of ['', 'a.b', 'a.b.c', `${jws}x`, `${jws}.x`]) expect(await readCertificate(odd, server.jwk, DAY)).toBe('stranger')
  })
})

describe('the PIN', () => {
  it('knows the right one, and five tries make it wait', async () => {
    let pin = await makePin('2468')
    expect([await isRight(pin, '2468'), await isRight(pin, '0000')]).toEqual([true, false])
    for (let n = 0; n < 4; n += 1) pin = charged(pin, 1000)
    expect(pin.wait_until).toBe(0)
    expect(charged(pin, 1000).wait_until).toBe(31_000)
  })
})
