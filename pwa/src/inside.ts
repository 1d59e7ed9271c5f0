/* Joins the rooms behind the log-in, a file of its own: whoever has no account on this phone does not wait for it. */
import { shallowRef } from 'vue'
import { readAccount } from './db/account/accounts'
import { accountDb } from './db/account/account'
import { probeWhenVisible, shut } from './db/account/handle'
import { follow } from './db/account/live'
import { readMeta } from './db/account/meta'
import type { Fetch } from './net/door'
import { openLine } from './net/line'
import type { Open } from './pages/joined'
import { readRoles } from './use/account/roles'

export { bringOthers } from './net/others'

interface Inside {
  open: Open
  close: () => void
}

/** Locked, switched or taken off on another page: this one lets go of it too. */
const watchLock = (id: string, lost: () => void): (() => void) =>
  follow(
    () => readAccount(id),
    (row) => {
      if (!row || row.locked) lost()
    },
    () => undefined,
  )

/** Null when this phone does not hold that account. */
export async function openAccount(id: string, fetching: Fetch, build: string, lost: () => void): Promise<Inside | null> {
  const db = accountDb(id)
  // Roles are known before the first screen: a mentor is not shown an apprentice's tabs first.
  const [person, before] = await Promise.all([readMeta(db, 'person'), readRoles(db, id)])
  if (!person) return null
  const line = await openLine(db, id, fetching, build)
  const state = shallowRef(line.state())
  line.watch((now) => {
    state.value = now
  })
  const roles = shallowRef(before)
  const letBe = follow(() => readRoles(db, id), (now) => (roles.value = now), () => undefined)
  const sleep = probeWhenVisible(db, document)
  const unwatch = watchLock(id, lost)
  const close = () => {
    unwatch()
    letBe()
    sleep()
    line.stop()
    shut(db)
  }
  return { open: { person, db, line: state, roles, wake: () => line.wake(0), calm: () => line.calm() }, close }
}
