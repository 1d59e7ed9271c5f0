/* The service worker: the offline shell, and nothing else. No sync logic, no /api, no caches of answers.

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
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: [/^\/api(\/|$)/] }))
