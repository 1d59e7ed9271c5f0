/* What main.ts hands to the screens. */
import { inject, type InjectionKey, type ShallowRef } from 'vue'
import type { Door, Look } from '../actions/door/door'
import type { Store } from '../actions/store'
import type { Roles } from '../use/account/roles'
import type { LineState } from '../use/account/status'

export interface Open {
  person: { id: string; name: string; login: string }
  db: Store
  line: ShallowRef<LineState>
  roles: ShallowRef<Roles>
  wake: () => void
  /** The alarm about a restored or altered server has been seen. */
  calm: () => void
}

export interface Joined {
  open: ShallowRef<Open | null>
  door: Door
  /** Fetches a photo. */
  look: Look
  update: ShallowRef<boolean>
  build: string
  /** Reload this tab, and only this one, into the new build. */
  accept: () => void
  /** False when this phone does not hold that account. */
  enter: (person: string) => Promise<boolean>
  /** Close the account's database and line, before `leave` or before it is wiped. */
  stop: () => void
  leave: () => void
  lock: () => Promise<void>
}

export const JOINED: InjectionKey<Joined> = Symbol('joined')

export function useJoined(): Joined {
  const joined = inject(JOINED)
  if (!joined) throw new Error('main.ts has not joined the rooms')
  return joined
}

/** For screens behind the log-in; the router does not let anybody else reach them. */
export function useOpen(): Open {
  const open = useJoined().open.value
  if (!open) throw new Error('no account is open')
  return open
}
