/* The desk's requests: the session's cookie, the organisation somebody sits at, files up and down. No phone account in sight. */
import { ask, judge, timed, type Fetch, type Outcome } from './door'

/** A month's ledger of a large college is made while somebody waits. */
const FILE_TIMEOUT_MS = 300_000

interface Sent {
  path: string
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** The organisation at which somebody sits. */
  desk: string
  body?: unknown
  file?: Blob | FormData
}

interface Handed {
  blob: Blob
  name: string
}

const seated = (fetching: Fetch, desk: string): Fetch =>
  (path, init) => fetching(path, { ...init, headers: { ...(init.headers as Record<string, string>), 'X-App': '1', ...(desk ? { 'X-Desk': desk } : {}) } })

/** The name the server gives a file, as RFC 6266 writes it. */
export function nameOf(header: string | null): string {
  const wide = /filename\*=UTF-8''([^;]+)/i.exec(header ?? '')?.[1]
  try {
    if (wide) return decodeURIComponent(wide)
  } catch {
    // A name nobody can read: the plain one will do.
  }
  return /filename="?([^";]+)"?/i.exec(header ?? '')?.[1] ?? 'jiangji'
}

async function judgeFile(response: Response): Promise<Outcome<Handed>> {
  const disposition = response.headers.get('content-disposition')
  if (response.status === 200 && disposition?.startsWith('attachment')) {
    return { as: 'answer', answer: { blob: await response.blob(), name: nameOf(disposition) } }
  }
  const other = await judge<unknown>(response, Date.now())
  return other.as === 'answer' ? { as: 'no_network' } : other
}

function bodyOf({ method, body, file }: Sent): RequestInit {
  if (method === 'GET') return { method }
  if (file instanceof FormData) return { method, body: file }
  if (file) return { method, body: file, headers: { 'Content-Type': file.type } }
  return { method, body: JSON.stringify(body ?? {}), headers: { 'Content-Type': 'application/json' } }
}

export const deskWire = (fetching: Fetch) => ({
  ask: <T>(sent: Sent): Promise<Outcome<T>> => {
    const seatedFetch = seated(fetching, sent.desk)
    if (!sent.file) return ask<T>(seatedFetch, sent.path, { method: sent.method, body: sent.body })
    return timed(seatedFetch, sent.path, bodyOf(sent), { timeout_ms: FILE_TIMEOUT_MS }, (response) => judge<T>(response, Date.now()))
  },
  fetchFile: (sent: Sent): Promise<Outcome<Handed>> =>
    timed(seated(fetching, sent.desk), sent.path, bodyOf(sent), { timeout_ms: FILE_TIMEOUT_MS }, judgeFile),
})
