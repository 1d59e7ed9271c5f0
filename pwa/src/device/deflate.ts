/* Make a transfer small, and read one that came from a stranger's screen: never more than a transfer may hold, whatever it claims. */
import { deflateSync, Inflate } from 'fflate'

const BITE = 256

export const deflate = (raw: Uint8Array): Uint8Array => deflateSync(raw, { level: 9 })

/** Null for a bomb, a truncated or a foreign stream. It is given out in small bites, so that a bomb is dropped after the first. */
export function inflate(deflated: Uint8Array, most: number): Uint8Array | null {
  const parts: Uint8Array[] = []
  let length = 0
  let ended = false
  const machine = new Inflate((part, final) => {
    parts.push(part)
    length += part.length
    ended = final
  })
  try {
    for (let from = 0; from < deflated.length && length <= most; from += BITE) {
      machine.push(deflated.subarray(from, from + BITE), from + BITE >= deflated.length)
    }
  } catch {
    return null
  }
  if (!ended || length > most) return null
  const out = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
