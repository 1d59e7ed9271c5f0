/* What a desk's screens ask of the server, and who sits at the desk. A session that has run out is renewed where one stands and
   the question asked again; what needs to be proved once more is proved and asked again. A refusal is a word; pages say it. */
import { computed, inject, shallowRef, type ComputedRef, type InjectionKey, type ShallowRef } from 'vue'
import { saveFile } from './file'

export type Knock<T> =
  | { as: 'answer'; answer: T }
  | { as: 'login' | 'too_large' | 'fault' | 'no_network' }
  | { as: 'later'; word?: string; wait_ms: number }
  | { as: 'refused'; word: string }

export type Told<T> = { as: 'answer'; answer: T } | { as: 'refused'; word: string; wait_ms: number }

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

interface Sent {
  method: Method
  path: string
  desk: string
  body?: unknown
  file?: Blob | FormData
}

export interface Wire {
  ask: <T>(sent: Sent) => Promise<Knock<T>>
  fetchFile: (sent: Sent) => Promise<Knock<{ blob: Blob; name: string }>>
}

export interface Seat {
  org: string
  name: string
  roles: string[]
}

export interface Me {
  id: string
  name: string
  login: string
  seats: Seat[]
}

/** What the session still asks for before it opens anything: the second factor, or that there be one. */
type Asked = 'nothing' | 'factor' | 'set_up'

interface MeAnswer {
  person: { id: string; name: string; login: string; roles: { role: string; org: string; org_name: string }[] }
  session: { kind: string; asks: Asked }
}

/** Where the chosen seat is remembered, for this tab. */
export interface Memory {
  read: () => string
  write: (org: string) => void
}

const DESK_ROLES = ['coordinator', 'enterprise_admin', 'base_admin', 'authority', 'system_admin']

/** "asking" until the server has said who this is; "away" while a session that ran out is renewed over the screen. */
export type State = 'asking' | 'out' | 'in' | 'away' | 'unreached'

export interface Desk {
  state: ShallowRef<State>
  me: ShallowRef<Me | null>
  seat: ComputedRef<Seat | null>
  asks: ShallowRef<Asked>
  /** Somebody has to show again that it is he: a sheet asks, and says how it went. */
  proving: ShallowRef<((proved: boolean) => void) | null>
  start: () => Promise<void>
  logIn: (login: string, password: string) => Promise<Told<Me>>
  logOut: () => Promise<void>
  sit: (org: string) => void
  get: <T>(path: string) => Promise<Told<T>>
  post: <T>(path: string, body?: unknown) => Promise<Told<T>>
  put: <T>(path: string, body?: unknown) => Promise<Told<T>>
  drop: <T>(path: string, body?: unknown) => Promise<Told<T>>
  upload: <T>(path: string, file: Blob | FormData) => Promise<Told<T>>
  /** Fetches a file and saves it; with a body it is posted. */
  download: (path: string, body?: unknown) => Promise<Told<{ name: string }>>
}

export const DESK: InjectionKey<Desk> = Symbol('desk')

export function useDesk(): Desk {
  const desk = inject(DESK)
  if (!desk) throw new Error('nobody has joined the desk')
  return desk
}

const PROVE_AGAIN = 'prove_again'

function told<T>(knock: Knock<T>): Told<T> {
  if (knock.as === 'answer') return knock
  const word = 'word' in knock && knock.word ? knock.word : knock.as
  return { as: 'refused', word, wait_ms: 'wait_ms' in knock ? knock.wait_ms : 0 }
}

function meOf({ person }: MeAnswer): Me {
  const seats = new Map<string, Seat>()
  for (const { role, org, org_name } of person.roles.filter((one) => DESK_ROLES.includes(one.role))) {
    const seat = seats.get(org) ?? { org, name: org_name, roles: [] }
    seats.set(org, { ...seat, roles: [...seat.roles, role] })
  }
  return { id: person.id, name: person.name, login: person.login, seats: [...seats.values()] }
}

/** Those who wait until somebody is in again: true when it is the same person as before. */
function useAgain() {
  let waiting: ((same: boolean) => void)[] = []
  return {
    wait: () => new Promise<boolean>((go) => waiting.push(go)),
    end(same: boolean) {
      const told = waiting
      waiting = []
      for (const go of told) go(same)
    },
  }
}

/** One sheet for all that wait for a proof. */
function useProof(proving: Desk['proving']): () => Promise<boolean> {
  let proof: Promise<boolean> | null = null
  return () =>
    (proof ??= new Promise<boolean>((go) => (proving.value = go)).finally(() => {
      proving.value = null
      proof = null
    }))
}

type Send = Omit<Sent, 'desk'>

export function createDesk(wire: Wire, memory: Memory): Desk {
  const state = shallowRef<State>('asking')
  const me = shallowRef<Me | null>(null)
  const org = shallowRef(memory.read())
  const proving = shallowRef<((proved: boolean) => void) | null>(null)
  const asks = shallowRef<Asked>('nothing')
  const again = useAgain()
  const prove = useProof(proving)
  const seat = computed(() => me.value?.seats.find((one) => one.org === org.value) ?? me.value?.seats[0] ?? null)

  async function knock<T>(how: (sent: Sent) => Promise<Knock<T>>, asked: Send): Promise<Told<T>> {
    const send = () => how({ ...asked, desk: seat.value?.org ?? '' })
    let got = await send()
    if (got.as === 'login' && me.value) {
      state.value = 'away'
      if (!(await again.wait())) return told(got)
      got = await send()
    }
    if (got.as === 'refused' && got.word === PROVE_AGAIN && (await prove())) got = await send()
    return told(got)
  }

  const call = <T>(asked: Send) => knock<T>(wire.ask, asked)

  return {
    state,
    me,
    seat,
    proving,
    asks,
    ...useDoor(wire, { state, me, asks }, again),
    sit(chosen) {
      org.value = chosen
      memory.write(chosen)
    },
    get: (path) => call({ method: 'GET', path }),
    post: (path, body) => call({ method: 'POST', path, body }),
    put: (path, body) => call({ method: 'PUT', path, body }),
    drop: (path, body) => call({ method: 'DELETE', path, body }),
    upload: (path, file) => call({ method: 'POST', path, file }),
    async download(path, body) {
      const got = await knock(wire.fetchFile, { method: body === undefined ? 'GET' : 'POST', path, body })
      if (got.as === 'answer') saveFile(got.answer)
      return got
    },
  }
}

/** Coming in and going. */
function useDoor(wire: Wire, { state, me, asks }: Pick<Desk, 'state' | 'me' | 'asks'>, again: ReturnType<typeof useAgain>): Pick<Desk, 'start' | 'logIn' | 'logOut'> {
  /** Where nothing is asked any more he is in; else the log-in goes on. */
  function comeIn({ session, ...answer }: MeAnswer): Me {
    const found = meOf({ session, ...answer })
    asks.value = session.asks
    if (session.asks !== 'nothing') {
      if (state.value !== 'away') state.value = 'out'
      return found
    }
    const same = me.value?.id === found.id
    me.value = found
    state.value = 'in'
    again.end(same)
    return found
  }

  const leave = () => wire.ask({ method: 'POST', path: '/api/logout', desk: '' })

  return {
    async start() {
      if (state.value !== 'away') state.value = 'asking'
      const got = await wire.ask<MeAnswer>({ method: 'GET', path: '/api/me', desk: '' })
      // A phone's session of the same browser opens no desk.
      if (got.as === 'answer' && got.answer.session.kind === 'desk') comeIn(got.answer)
      else if (state.value !== 'away') state.value = got.as === 'answer' || got.as === 'login' ? 'out' : 'unreached'
    },
    async logIn(login, password) {
      const got = await wire.ask<MeAnswer>({ method: 'POST', path: '/api/login', body: { login, password, kind: 'desk' }, desk: '' })
      if (got.as !== 'answer') return told(got)
      if (!meOf(got.answer).seats.length) {
        await leave()
        return { as: 'refused', word: 'no_desk', wait_ms: 0 }
      }
      return { as: 'answer', answer: comeIn(got.answer) }
    },
    async logOut() {
      await leave()
      asks.value = 'nothing'
      me.value = null
      state.value = 'out'
      again.end(false)
    },
  }
}
