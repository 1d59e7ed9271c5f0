/* Joins the rooms: the one place where screens, stories, database and network meet. */
import { createApp, shallowRef } from 'vue'
import { logOut, retireLent } from './actions/door/leave'
import { finishWiping, lockOthers, readAccounts } from './db/account/accounts'
import { ask, askPicture } from './net/door'
import App from './pages/App.vue'
import { JOINED, type Joined, type Open } from './pages/joined'
import { createPages } from './pages/router'
import { startShell } from './sw/client'
import { greet, hear, preferred } from './texts'
import { holdUntil, painted, whenIdle } from './use/screen/calm'
import './styles/tokens.css'
import './styles/base.css'
import './styles/marks.css'

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

const inside = () => import('./inside')

let fetching = false

/** Here before somebody has typed his password. That it does not come says nothing about a new build. */
async function fetchAhead(): Promise<void> {
  fetching = true
  await inside().catch(() => undefined)
  fetching = false
}

/** Kept when the first screen has been drawn. */
let calm: () => void = () => undefined
const stands = new Promise<void>((resolve) => {
  calm = resolve
})
// Whatever goes wrong with that screen: what waits for it goes on.
setTimeout(() => calm(), 5_000)
holdUntil(stands)

let close: () => void = () => undefined
let others: Promise<() => void> = Promise.resolve(() => undefined)

/** The accounts that are not in hand go on sending what waits in them, by the session of the one that is if need be. */
function sendOthers(person: string | null): void {
  others = others.then(async (halt) => {
    halt()
    await stands
    const rows = await readAccounts().catch(() => [])
    if (rows.every((row) => row.id === person)) return () => undefined
    return inside().then(({ bringOthers }) => bringOthers(person, plain, __BUILD__)).catch(() => () => undefined)
  })
}

/** The browser may have changed its push address while nobody looked. */
async function keepPush(id: string, { db }: Open): Promise<void> {
  await stands
  const { keepPushOn } = await import('./actions/door/push')
  await keepPushOn(db, door.as(id))
}

async function enter(id: string): Promise<boolean> {
  close()
  const { openAccount } = await inside()
  const opened = await openAccount(id, plain, __BUILD__, () => {
    if (open.value?.person.id !== id) return
    leave()
    void pages.replace('/login')
  })
  if (!opened) return false
  close = opened.close
  open.value = opened.open
  // Only now: this page has let go of who was here before.
  void stands.then(() => lockOthers(id)).catch(() => undefined)
  sendOthers(id)
  void keepPush(id, opened.open).catch(() => undefined)
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

let pages: ReturnType<typeof createPages>

const TOUCHES = ['pointerdown', 'focusin', 'keydown'] as const

/** Once, when somebody begins to do something here. */
function whenTouched(work: () => void): void {
  const begin = () => {
    for (const touch of TOUCHES) window.removeEventListener(touch, begin)
    work()
  }
  for (const touch of TOUCHES) window.addEventListener(touch, begin, { passive: true })
}

/** What the first screen can do without. */
function bringRest(): void {
  void hear()
  void fetchAhead()
}

async function start(): Promise<void> {
  pages = createPages(open)
  const greeted = greet(preferred())
  // A shell that is kept here gives it without a line; over the line it comes when it is needed.
  if ((navigator as Partial<Navigator>).serviceWorker?.controller) void fetchAhead()
  // A browser that keeps nothing has no accounts; the screens before the log-in say so.
  const [last] = await readAccounts().catch(() => [])
  const entered = last && !last.locked && (await enter(last.id).catch(() => false))
  if (!entered) sendOthers(null)
  await greeted
  createApp(App).provide(JOINED, joined).use(pages).mount('#app')
  await pages.isReady().catch(() => undefined)
  await painted()
  whenIdle(() => {
    calm()
    // Who has to log in is to do so at once: what lies behind comes while he writes.
    if (entered) bringRest()
    else whenTouched(bringRest)
    shell.keep()
    void finishWiping().catch(() => undefined)
  })
}

// A chunk of a build the server no longer has: offer the new one instead of a dead button.
window.addEventListener('vite:preloadError', () => {
  if (!fetching) update.value = true
})

// A page that may come back keeps its key.
window.addEventListener('pagehide', (event) => event.persisted || retireLent(doorOf(() => undefined, parting)))

/** The desk is another app: it opens no account, and sends nothing for any. */
void (/^\/desk(\/|$)/.test(location.pathname) ? import('./desk').then(({ openDesk }) => openDesk(update, shell.accept)) : start())
