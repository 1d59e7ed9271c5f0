/* A device certificate says, in the server's name, whose key this is. Anything unexpected in it makes it worthless. */
import { DAY_MS } from '../sync/days'
import { toText } from './bytes'
import { holds, splitJws, thumbprint, type PublicJwk } from './key'

export interface Certificate {
  v: 1
  person: string
  /** How the roster calls the person; an older server did not say. */
  name?: string
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
  const { v, person, name, device, jwk, roles, issued, expires } = body as Record<string, unknown>
  const texts = typeof person === 'string' && typeof device === 'string' && Array.isArray(roles) && (name === undefined || typeof name === 'string')
  return v === 1 && texts && isKey(jwk) && Number.isSafeInteger(issued) && Number.isSafeInteger(expires)
}

/** The certificate; `stranger` when the server did not sign it or it speaks of another key than it names, `expired` when it is over. */
export async function readCertificate(jws: string, server: PublicJwk, now: number): Promise<Certificate | 'stranger' | 'expired'> {
  const split = splitJws(jws)
  const [head, payload, signature] = split?.parts ?? []
  if (!split || !head || !payload || !signature) return 'stranger'
  const kid = await thumbprint(server)
  if (JSON.stringify(readJson(head)) !== `{"alg":"ES256","kid":"${kid}","typ":"jj-cert"}`) return 'stranger'
  if (!(await holds(server, split.input, signature))) return 'stranger'
  const body = readJson(payload)
  if (!isCertificate(body) || (await thumbprint(body.jwk)) !== body.device) return 'stranger'
  return body.expires <= now ? 'expired' : body
}

/** When it ends, read without judging it: the phone's own certificate came over its own session. */
function expiresAt(jws: string): number {
  const body = readJson(splitJws(jws)?.parts[1] ?? new Uint8Array())
  return isCertificate(body) ? body.expires : 0
}

export const wantsRenewal = (jws: string | null, now: number): boolean =>
  jws === null || expiresAt(jws) - now < 60 * DAY_MS
