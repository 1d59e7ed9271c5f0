/* The service worker: the offline shell and the alert that something is new, and nothing else. No sync logic, no /api, no
   caches of answers.

   Kill switch: should a bad release strand phones, serve THIS file's address (/sw.js, never renamed) with
     self.addEventListener('install', () => self.skipWaiting())
     self.addEventListener('activate', (e) => e.waitUntil(caches.keys()
       .then((names) => Promise.all(names.map((name) => caches.delete(name))))
       .then(() => self.registration.unregister())))
   Every phone fetches /sw.js anew at the next start (no-cache, updateViaCache none), drops the shell and lives from the
   network. IndexedDB, and with it every key and op, is not touched. */
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: { url: string; revision: string | null }[] }

const isSkip = (sent: unknown): boolean =>
  typeof sent === 'object' && sent !== null && 'type' in sent && sent.type === 'SKIP_WAITING'

self.addEventListener('message', (event) => {
  if (isSkip(event.data)) void self.skipWaiting()
})

precacheAndRoute(self.__WB_MANIFEST)
cleanupOutdatedCaches()
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: [/^\/(api|desk)(\/|$)/] }))

/** What a push says is always the same, whatever came with it: no name and no content stands on a locked screen. */
const NEWS = /^zh\b|^$/i.test(self.navigator.language) ? '匠迹：有新消息' : 'Jiangji: something new'
const NEWS_AT = '/notices'

const pages = () => self.clients.matchAll({ type: 'window', includeUncontrolled: true })

async function tellNews(): Promise<void> {
  for (const page of await pages()) page.postMessage({ type: 'NEWS' })
  await self.registration.showNotification(NEWS, { tag: 'jiangji-news', icon: '/icon-192.png' })
}

/** An open page is only brought to the front: somebody may be writing in it. */
async function openNews(): Promise<void> {
  const [page] = await pages()
  await (page ? page.focus() : self.clients.openWindow(NEWS_AT))
}

self.addEventListener('push', (event) => event.waitUntil(tellNews()))

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(openNews())
})

/** The browser changes the address now and then; the app tells the server the new one when it is opened next. */
interface Changed extends ExtendableEvent {
  oldSubscription?: PushSubscription | null
}

self.addEventListener('pushsubscriptionchange', (event) => {
  const { oldSubscription } = event as Changed
  if (oldSubscription) (event as Changed).waitUntil(self.registration.pushManager.subscribe(oldSubscription.options))
})
