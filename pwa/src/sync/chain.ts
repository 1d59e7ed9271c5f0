/* The hash chain of a book, twin of sync/chain.py: every phone that keeps (seq, chain) is a witness of its order. */
import { fromBase64url, toBase64url } from './bytes/base64url'
import { sha256 } from './bytes/sha256'

export const START = toBase64url(new Uint8Array(32))

/** chain_n = SHA-256(chain_{n-1} followed by op id n); null when one of them is no digest. */
export function link(chain: string, opId: string): string | null {
  const before = fromBase64url(chain)
  const id = fromBase64url(opId)
  if (before?.length !== 32 || id?.length !== 32) return null
  const both = new Uint8Array(64)
  both.set(before)
  both.set(id, 32)
  return toBase64url(sha256(both))
}
