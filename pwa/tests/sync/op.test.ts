import { describe, expect, it } from 'vitest'
import { fromBase64url } from '../../src/sync/bytes/base64url'
import { WORDS, isRefusal } from '../../src/sync/errors'
import { opId, parseOp, signingInput, takeApart, withSignature, type Sealed } from '../../src/sync/op'
import { hostile, opCases, signCases, type Signed } from './vectors'

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' }

async function holds(jwk: Signed['jwk'], jws: string): Promise<boolean> {
  const key = await crypto.subtle.importKey('jwk', jwk, CURVE, false, ['verify'])
  const { signature, signed } = takeApart(jws) as Sealed
  const seal = new Uint8Array(signature)
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, seal, new TextEncoder().encode(signed))
}

describe('writing an op', () => {
  it.each(opCases)('makes the same bytes and the same id: $payload.kind $payload.salt', ({ kid, payload, input, id }) => {
    expect(signingInput(kid, payload)).toBe(input)
    expect(opId(input)).toBe(id)
  })

  it('reads back what it wrote', () => {
    for (const { kid, payload, input, id } of opCases) {
      const op = parseOp(withSignature(input, new Uint8Array(64)))
      const { book, kind, doc, of, deps, by, count, at, seen } = payload
      expect(op).toMatchObject({ id, kid, book, kind, doc, of, deps, by, count, at, seen })
      expect(isRefusal(op) ? null : op.fields).toEqual(payload.body)
    }
  })
})

describe('signatures of others', () => {
  it.each(signCases)('$by: $payload.body.text', async ({ jwk, payload, jws, id }) => {
    const { kid, id: found } = takeApart(jws) as Sealed
    expect(found).toBe(id)
    expect(opId(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }))).toBe(kid)
    expect(jws.startsWith(`${signingInput(kid, payload)}.`)).toBe(true)
    expect(await holds(jwk, jws)).toBe(true)
  })

  it.each(hostile.seals)('$name', async ({ jws, word }) => {
    expect(isRefusal(parseOp(jws))).toBe(false)
    expect(await holds(hostile.jwk, jws)).toBe(word === null)
  })
})

describe('hostile bytes', () => {
  it.each(hostile.cases)('$name', ({ jws, word }) => {
    const op = parseOp(jws)
    expect(isRefusal(op) ? op.word : null).toBe(word)
  })

  it('refuses what is no text', () => {
    for (const given of [null, undefined, 1, {}, [], new Uint8Array(3)]) {
      expect(takeApart(given)).toMatchObject({ word: 'malformed', needs: [], verdict: 'refused' })
    }
  })

  it('reads a certificate only as a certificate', () => {
    const { kid, payload } = opCases[0]!
    const jws = withSignature(signingInput(kid, payload, 'jj-cert'), new Uint8Array(64))
    expect(takeApart(jws)).toMatchObject({ word: 'malformed' })
    expect(takeApart(jws, 'jj-cert')).toMatchObject({ kid })
  })

  it('keeps an op of a newer app apart from a broken one', () => {
    expect(WORDS.newer_version).toBe('quarantined')
    expect(fromBase64url('A')).toBeNull()
  })
})
