/* A device certificate says, in the server's name, whose key this is. Anything unexpected in it makes it worthless. */
import { DAY_MS } from '../sync/days'
import { toText } from './bytes'
import { holds, splitJws, thumbprint, type PublicJwk } from './key'

interface Certificate {
  v: 1
  person: string
  device: string
  jwk: PublicJwk
  roles: string[]
  issued: number
  expires: number
}


function readJson(raw: Uint8Array): unknown {
  try {
    return JSON.parse(toText(raw))
  } catch {
    return null
  }
}

const isKey = (jwk: unknown): jwk is PublicJwk => {
  if (typeof jwk !== 'object' || jwk === null) return false
  const { crv, kty, x, y } = jwk as Record<string, unknown>
  return crv === 'P-256' && kty === 'EC' && typeof x === 'string' && typeof y === 'string'
}

function isCertificate(body: unknown): body is Certificate {
  if (typeof body !== 'object' || body === null) return false
  const { v, person, device, jwk, roles, issued, expires } = body as Record<string, unknown>
  const texts = typeof person === 'string' && typeof device === 'string' && Array.isArray(roles)
  return v === 1 && texts && isKey(jwk) && Number.isSafeInteger(issued) && Number.isSafeInteger(expires)
}

/** The certificate, or null when the server did not sign it, it is over, or it speaks of another key than it names. */
export async function readCertificate(jws: string, server: PublicJwk, now: number): Promise<Certificate | null> {
  const split = splitJws(jws)
  const [head, payload, signature] = split?.parts ?? []
  if (!split || !head || !payload || !signature) return null
  const kid = await thumbprint(server)
  if (JSON.stringify(readJson(head)) !== `{"alg":"ES256","kid":"${kid}","typ":"jj-cert"}`) return null
  if (!(await holds(server, split.input, signature))) return null
  const body = readJson(payload)
  if (!isCertificate(body) || body.expires <= now) return null
  return (await thumbprint(body.jwk)) === body.device ? body : null
}

/** When it ends, read without judging it: the phone's own certificate came over its own session. */
function expiresAt(jws: string): number {
  const body = readJson(splitJws(jws)?.parts[1] ?? new Uint8Array())
  return isCertificate(body) ? body.expires : 0
}

export const wantsRenewal = (jws: string | null, now: number): boolean =>
  jws === null || expiresAt(jws) - now < 60 * DAY_MS
