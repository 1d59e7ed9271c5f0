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

interface Limits {
  timeout_ms?: number
  signal?: AbortSignal
}

export interface Ask extends Limits {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** For whom of those who share this phone; the server answers with the session of that person or with none. */
  account?: string | undefined
  body?: unknown
}

export type Fetch = (path: string, init: RequestInit) => Promise<Response>

const TIMEOUT_MS = 45_000
/** 300 KB over a bad line. */
const PICTURE_TIMEOUT_MS = 120_000
const LATER_MS = 30_000
const LONGEST_LATER_MS = 15 * 60_000

/** Retry-After in seconds or as a date; a missing or odd one counts as half a minute. */
function laterMs(header: string | null, now: number): number {
  const seconds = header === null || header.trim() === '' ? Number.NaN : Number(header)
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header ?? '') - now
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), LONGEST_LATER_MS) : LATER_MS
}

const isRecord = (body: unknown): body is Record<string, unknown> => typeof body === 'object' && body !== null

const isJson = (response: Response): boolean =>
  /^application\/(\w+\+)?json\b/.test(response.headers.get('content-type') ?? '')

async function readJson(response: Response): Promise<unknown> {
  if (!isJson(response)) return undefined
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

export async function judge<T>(response: Response, now: number): Promise<Outcome<T>> {
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

const headersOf = (account: string | undefined): Record<string, string> =>
  account ? { 'X-App': '1', 'X-Account': account } : { 'X-App': '1' }

function requestOf({ method = 'POST', account, body }: Ask): RequestInit {
  const headers = headersOf(account)
  if (method === 'GET') return { method, headers }
  headers['Content-Type'] = 'application/json'
  return { method, headers, body: JSON.stringify(body ?? {}) }
}

/** Ends by itself after 45 s, whatever the radio does: a timer of our own, since AbortSignal.timeout is younger than our phones. */
export async function timed<T>(
  fetching: Fetch,
  path: string,
  init: RequestInit,
  { timeout_ms, signal }: Limits,
  read: (response: Response) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), timeout_ms ?? TIMEOUT_MS)
  const pass = () => stop.abort()
  signal?.addEventListener('abort', pass)
  try {
    const response = await fetching(path, {
      ...init,
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: stop.signal,
    })
    return await read(response)
  } catch {
    return { as: 'no_network' }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', pass)
  }
}

export const ask = <T>(fetching: Fetch, path: string, asked: Ask = {}): Promise<Outcome<T>> =>
  timed(fetching, path, requestOf(asked), asked, (response) => judge<T>(response, Date.now()))

/** Who asks for a picture, and which. */
interface AskPicture {
  path: string
  account: string
}

/** An answer to HEAD has no body: only our own 204, and our own kind of 404 or 401, are believed. */
async function judgeHead(response: Response): Promise<Outcome<unknown>> {
  const { status } = response
  if (status === 404 && isJson(response)) return { as: 'refused', status, word: 'not_found' }
  if (status === 401 && isJson(response)) return { as: 'login' }
  return judge(response, Date.now())
}

/** Whether the server has it. */
export const askHead = (fetching: Fetch, { path, account }: AskPicture): Promise<Outcome<unknown>> =>
  timed(fetching, path, { method: 'HEAD', headers: headersOf(account) }, {}, judgeHead)

export function putPicture(fetching: Fetch, { path, account }: AskPicture, body: Blob): Promise<Outcome<unknown>> {
  const init = { method: 'PUT', headers: { ...headersOf(account), 'Content-Type': body.type }, body }
  return timed(fetching, path, init, { timeout_ms: PICTURE_TIMEOUT_MS }, (response) => judge(response, Date.now()))
}

async function judgePicture(response: Response): Promise<Outcome<Blob>> {
  const type = response.headers.get('content-type') ?? ''
  if (response.status === 200 && type.startsWith('image/')) return { as: 'answer', answer: await response.blob() }
  const other = await judge<unknown>(response, Date.now())
  return other.as === 'answer' ? { as: 'no_network' } : other
}

export const askPicture = (fetching: Fetch, { path, account }: AskPicture): Promise<Outcome<Blob>> =>
  timed(fetching, path, { method: 'GET', headers: headersOf(account) }, { timeout_ms: PICTURE_TIMEOUT_MS }, judgePicture)
