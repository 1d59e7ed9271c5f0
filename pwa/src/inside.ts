/* Joins the rooms behind the log-in, a file of its own: whoever has no account on this phone does not wait for it. */
import { shallowRef } from 'vue'
import { readAccount } from './db/account/accounts'
import { accountDb } from './db/account/account'
import { probeWhenVisible, shut } from './db/account/handle'
import { follow } from './db/account/live'
import { readFirst } from './db/book/first'
import type { Fetch } from './net/door'
import { openLine } from './net/line'
import type { Open } from './pages/joined'
import { readRoles, rolesIn } from './use/account/roles'
import { whenFree } from './use/screen/calm'

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
  const { person, synced_at = null, alarm, heads } = await readFirst(db)
  if (!person) return null
  const line = openLine(db, id, fetching, build, { synced_at, reset: alarm !== undefined })
  const state = shallowRef(line.state())
  line.watch((now) => {
    state.value = now
  })
  // Roles are known before the first screen: a mentor is not shown an apprentice's tabs first.
  const roles = shallowRef(rolesIn(heads, id))
  const ends = [() => line.stop(), () => shut(db), probeWhenVisible(db, document)]
  let closed = false
  whenFree(() => {
    if (closed) return
    const letBe = follow(() => readRoles(db, id), (now) => (roles.value = now), () => undefined)
    ends.unshift(watchLock(id, lost), letBe)
    line.begin()
  })
  const close = () => {
    closed = true
    for (const end of ends) end()
  }
  return { open: { person, db, line: state, roles, wake: () => line.wake(0), calm: () => line.calm() }, close }
}
