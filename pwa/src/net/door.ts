/* One request to our own server, with everything a request can end in as a value. Whatever is not our JSON is "no network":
   a hotel's log-in page answers 200 as well. */
export type Outcome<T> =
  | { as: 'answer'; answer: T }
  | { as: 'login' }
  | { as: 'too_large' }
  | { as: 'later'; wait_ms: number; word?: string }
  | { as: 'refused'; status: number; word: string }
  | { as: 'fault' }
  | { as: 'no_network' }

export interface Ask {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** For whom of those who share this phone; the server answers with the session of that person or with none. */
  account?: string | undefined
  body?: unknown
  timeout_ms?: number
  signal?: AbortSignal
}

export type Fetch = (path: string, init: RequestInit) => Promise<Response>

const TIMEOUT_MS = 45_000
const LATER_MS = 30_000
const LONGEST_LATER_MS = 15 * 60_000

/** Retry-After in seconds or as a date; a missing or odd one counts as half a minute. */
function laterMs(header: string | null, now: number): number {
  const seconds = header === null || header.trim() === '' ? Number.NaN : Number(header)
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header ?? '') - now
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), LONGEST_LATER_MS) : LATER_MS
}

const isRecord = (body: unknown): body is Record<string, unknown> => typeof body === 'object' && body !== null

async function readJson(response: Response): Promise<unknown> {
  if (!/^application\/(\w+\+)?json\b/.test(response.headers.get('content-type') ?? '')) return undefined
  try {
    return await response.json()
  } catch {
    return undefined
  }
}

/** Too many tries and a server that is busy both pass by themselves; a person who waits hears which of the two it is. */
function later(response: Response, body: unknown, now: number): Outcome<never> {
  const wait_ms = laterMs(response.headers.get('retry-after'), now)
  return isRecord(body) && typeof body.word === 'string' ? { as: 'later', wait_ms, word: body.word } : { as: 'later', wait_ms }
}

async function judge<T>(response: Response, now: number): Promise<Outcome<T>> {
  const { status } = response
  if (status === 204) return { as: 'answer', answer: {} as T }
  const body = await readJson(response)
  if (status === 429 || status === 503) return later(response, body, now)
  if (status === 413) return { as: 'too_large' }
  if (status >= 500) return { as: 'fault' }
  if (!isRecord(body)) return { as: 'no_network' }
  if (status === 200 || status === 201) return { as: 'answer', answer: body as T }
  const word = typeof body.word === 'string' ? body.word : 'unexpected'
  return status === 401 && word !== 'wrong_login' ? { as: 'login' } : { as: 'refused', status, word }
}

function requestOf({ method = 'POST', account, body }: Ask): RequestInit {
  const headers: Record<string, string> = { 'X-App': '1' }
  if (account) headers['X-Account'] = account
  if (method === 'GET') return { method, headers }
  headers['Content-Type'] = 'application/json'
  return { method, headers, body: JSON.stringify(body ?? {}) }
}

/** Ends by itself after 45 s, whatever the radio does: a timer of our own, since AbortSignal.timeout is younger than our phones. */
export async function ask<T>(fetching: Fetch, path: string, asked: Ask = {}): Promise<Outcome<T>> {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), asked.timeout_ms ?? TIMEOUT_MS)
  const pass = () => stop.abort()
  asked.signal?.addEventListener('abort', pass)
  try {
    const response = await fetching(path, {
      ...requestOf(asked),
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: stop.signal,
    })
    return await judge<T>(response, Date.now())
  } catch {
    return { as: 'no_network' }
  } finally {
    clearTimeout(timer)
    asked.signal?.removeEventListener('abort', pass)
  }
}
