/* Which address shows which screen, who may go there, and which tab it belongs to. */
import type { ShallowRef } from 'vue'
import { createRouter, createWebHistory, type Router } from 'vue-router'
import { hear } from '../texts'
import { homeOf } from './tabs'
import type { Open } from './joined'

declare module 'vue-router' {
  interface RouteMeta {
    /** Reachable without an account; shown without the frame. */
    outside?: boolean
    /** Reachable without an account; in the frame with one. */
    anywhere?: boolean
    /** Stands alone, though an account is open. */
    bare?: boolean
    /** The address of the tab it belongs to; its own when not said. */
    tab?: string
    /** Where an unknown address ends. */
    rest?: boolean
  }
}

export function createPages(open: ShallowRef<Open | null>): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      { path: '/', component: () => import('./phone/today/Today.vue') },
      { path: '/log', component: () => import('./phone/hours/LogHours.vue'), meta: { tab: '/' } },
      { path: '/book', component: () => import('./phone/book/Book.vue') },
      { path: '/entry/:book/:id', component: () => import('./phone/book/Entry.vue'), meta: { tab: '/book' } },
      { path: '/month/:book/:month', component: () => import('./phone/book/Month.vue'), meta: { tab: '/book' } },
      { path: '/grades', component: () => import('./phone/evidence/Grades.vue'), meta: { tab: '/book' } },
      { path: '/needs', component: () => import('./phone/needs/Needs.vue'), meta: { tab: '/' } },
      { path: '/results', component: () => import('./phone/results/Results.vue') },
      { path: '/results/claim', component: () => import('./phone/results/ResultClaim.vue'), meta: { tab: '/results' } },
      { path: '/results/:book/:id', component: () => import('./phone/results/ResultPage.vue'), meta: { tab: '/results' } },
      { path: '/sync', component: () => import('./phone/needs/Sync.vue'), meta: { tab: '/me' } },
      { path: '/sign', component: () => import('./phone/mentor/Sign.vue') },
      { path: '/sign/:book/:id', component: () => import('./phone/mentor/SignEntry.vue'), meta: { tab: '/sign' } },
      { path: '/scan', component: () => import('./phone/meet/Scan.vue') },
      { path: '/show', component: () => import('./phone/meet/ShowCode.vue'), meta: { tab: '/' } },
      { path: '/scanned', component: () => import('./phone/meet/Scanned.vue'), meta: { tab: '/scan' } },
      { path: '/q', component: () => import('./phone/meet/OneShot.vue'), meta: { tab: '/scan' } },
      { path: '/answer', component: () => import('./phone/meet/Answer.vue'), meta: { tab: '/scan' } },
      { path: '/present', component: () => import('./phone/base/Present.vue'), meta: { tab: '/' } },
      { path: '/kiosk', component: () => import('./kiosk/Kiosk.vue'), meta: { bare: true } },
      { path: '/base', component: () => import('./phone/base/Sessions.vue'), meta: { tab: '/sign' } },
      { path: '/base/:base/open', component: () => import('./phone/base/OpenSession.vue'), meta: { tab: '/sign' } },
      { path: '/base/:base/:session', component: () => import('./phone/base/Session.vue'), meta: { tab: '/sign' } },
      { path: '/apprentices', component: () => import('./phone/mentor/Apprentices.vue') },
      { path: '/apprentices/:book', component: () => import('./phone/mentor/Apprentice.vue'), meta: { tab: '/apprentices' } },
      { path: '/me', component: () => import('./phone/me/Me.vue') },
      { path: '/me/devices', component: () => import('./phone/me/Devices.vue'), meta: { tab: '/me' } },
      { path: '/me/pin', component: () => import('./phone/me/Pin.vue'), meta: { tab: '/me' } },
      { path: '/me/password', component: () => import('./phone/me/Password.vue'), meta: { tab: '/me' } },
      { path: '/notices', component: () => import('./phone/me/Notices.vue'), meta: { tab: '/me' } },
      { path: '/export', component: () => import('./phone/export/ExportAll.vue'), meta: { tab: '/me' } },
      { path: '/accounts', component: () => import('./phone/door/Accounts.vue'), meta: { outside: true } },
      { path: '/install', component: () => import('./phone/install/Install.vue'), meta: { anywhere: true, tab: '/me' } },
      { path: '/login', component: () => import('./phone/door/LogIn.vue'), meta: { outside: true } },
      { path: '/activate', component: () => import('./phone/door/Activate.vue'), meta: { outside: true } },
      { path: '/:rest(.*)*', redirect: '/', meta: { rest: true } },
    ],
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  })
  // A code of another phone that a system camera opened: looked at once somebody is in. Its fragment is kept nowhere else.
  let code = ''
  router.beforeEach((to) => {
    const account = open.value
    if (to.path === '/q') code = account ? '' : to.fullPath
    if (account && code) return code
    if (!account) return to.meta.outside || to.meta.anywhere ? true : '/login'
    return to.path === '/' ? homeOf(account.roles.value) || true : true
  })
  // The first screens have their sentences already.
  router.beforeResolve((to) => (to.meta.outside || to.path === '/' ? true : hear().then(() => true)))
  return router
}
