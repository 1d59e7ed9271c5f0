/* Joins the rooms: the one place where screens, stories, database and network meet. */
import { createApp, shallowRef } from 'vue'
import { logOut, retireLent } from './actions/door/session'
import { accountDb } from './db/account/account'
import { finishWiping, lockOthers, readAccount, readAccounts } from './db/account/accounts'
import { probeWhenVisible, shut } from './db/account/handle'
import { follow } from './db/account/live'
import { readMeta } from './db/account/meta'
import { ask, askPicture } from './net/door'
import { openLine } from './net/line'
import { bringOthers } from './net/others'
import App from './pages/App.vue'
import { JOINED, type Joined, type Open } from './pages/joined'
import { createPages } from './pages/router'
import { startShell } from './sw/client'
import { preferred, speak } from './texts'
import { readRoles } from './use/account/roles'
import './styles/tokens.css'
import './styles/base.css'

const plain = (path: string, init: RequestInit) => fetch(path, init)
/** What is still sent when the page is gone. */
const parting = (path: string, init: RequestInit) => fetch(path, { ...init, keepalive: true })
const open = shallowRef<Open | null>(null)
const update = shallowRef(false)
const shell = startShell(
  () => {
    update.value = true
  },
  () => open.value?.wake(),
)

const doorOf = (account: () => string | undefined, fetching = plain): Joined['door'] => ({
  post: (path, body) => ask(fetching, path, { account: account(), body }),
  get: (path) => ask(fetching, path, { account: account(), method: 'GET' }),
  put: (path, body) => ask(fetching, path, { account: account(), method: 'PUT', body }),
  drop: (path, body) => ask(fetching, path, { account: account(), method: 'DELETE', body }),
  as: (other) => doorOf(() => other, fetching),
})
const door = doorOf(() => open.value?.person.id)

const look: Joined['look'] = (path) => askPicture(plain, { path, account: open.value?.person.id ?? '' })

let close: () => void = () => undefined
let others: Promise<() => void> = Promise.resolve(() => undefined)

/** The accounts that are not in hand go on sending what waits in them, by the session of the one that is if need be. */
function sendOthers(person: string | null): void {
  others = others.then(async (halt) => {
    halt()
    return bringOthers(person, plain, __BUILD__).catch(() => () => undefined)
  })
}

/** Locked, switched or taken off on another page: this one lets go of it too. */
const watchLock = (id: string): (() => void) =>
  follow(
    () => readAccount(id),
    (row) => {
      if (open.value?.person.id !== id || (row && !row.locked)) return
      leave()
      void pages.replace('/login')
    },
    () => undefined,
  )

async function enter(id: string): Promise<boolean> {
  close()
  const db = accountDb(id)
  const person = await readMeta(db, 'person')
  if (!person) return false
  const line = await openLine(db, id, plain, __BUILD__)
  const state = shallowRef(line.state())
  line.watch((now) => {
    state.value = now
  })
  // Known before the first screen: a mentor is not shown an apprentice's tabs first.
  const roles = shallowRef(await readRoles(db, id))
  const letBe = follow(() => readRoles(db, id), (now) => (roles.value = now), () => undefined)
  const sleep = probeWhenVisible(db, document)
  const unwatch = watchLock(id)
  close = () => {
    unwatch()
    letBe()
    sleep()
    line.stop()
    shut(db)
  }
  open.value = { person, db, line: state, roles, wake: () => line.wake(0), calm: () => line.calm() }
  // Only now: this page has let go of who was here before.
  await lockOthers(id)
  sendOthers(id)
  // The browser may have changed its push address while nobody looked.
  void import('./actions/door/push').then(({ keepPushOn }) => keepPushOn(db, door.as(id))).catch(() => undefined)
  return true
}

function stop(): void {
  close()
  close = () => undefined
}

function leave(): void {
  stop()
  open.value = null
  sendOthers(null)
}

const joined: Joined = {
  open,
  door,
  look,
  update,
  build: __BUILD__,
  accept: shell.accept,
  enter,
  stop,
  leave,
  async lock() {
    const person = open.value?.person.id
    leave()
    if (person) await logOut(door, person)
  },
}

const pages = createPages(open)

async function start(): Promise<void> {
  const spoken = speak(preferred())
  // A browser that keeps nothing has no accounts; the screens before the log-in say so.
  const [last] = await readAccounts().catch(() => [])
  if (!(last && !last.locked && (await enter(last.id)))) sendOthers(null)
  await spoken
  createApp(App).provide(JOINED, joined).use(pages).mount('#app')
  await finishWiping().catch(() => undefined)
}

// A chunk of a build the server no longer has: offer the new one instead of a dead button.
window.addEventListener('vite:preloadError', () => {
  update.value = true
})

// A page that may come back keeps its key.
window.addEventListener('pagehide', (event) => event.persisted || retireLent(doorOf(() => undefined, parting)))

void start()
