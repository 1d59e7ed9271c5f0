/* Which address shows which screen, who may go there, and which tab it belongs to. */
import type { ShallowRef } from 'vue'
import { createRouter, createWebHistory, type Router } from 'vue-router'
import { onlyMentor } from '../use/roles'
import { mentorHome } from './tabs'
import Today from './phone/Today.vue'
import type { Open } from './joined'

declare module 'vue-router' {
  interface RouteMeta {
    /** Reachable without an account; shown without the frame. */
    outside?: boolean
    /** Reachable without an account; in the frame with one. */
    anywhere?: boolean
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
      { path: '/', component: Today },
      { path: '/log', component: () => import('./phone/LogHours.vue'), meta: { tab: '/' } },
      { path: '/book', component: () => import('./phone/Book.vue') },
      { path: '/entry/:book/:id', component: () => import('./phone/Entry.vue'), meta: { tab: '/book' } },
      { path: '/month/:book/:month', component: () => import('./phone/Month.vue'), meta: { tab: '/book' } },
      { path: '/needs', component: () => import('./phone/Needs.vue'), meta: { tab: '/' } },
      { path: '/results', component: () => import('./phone/Results.vue') },
      { path: '/results/claim', component: () => import('./phone/ResultClaim.vue'), meta: { tab: '/results' } },
      { path: '/results/:book/:id', component: () => import('./phone/ResultPage.vue'), meta: { tab: '/results' } },
      { path: '/sync', component: () => import('./phone/Sync.vue'), meta: { tab: '/me' } },
      { path: '/sign', component: () => import('./phone/mentor/Sign.vue') },
      { path: '/sign/:book/:id', component: () => import('./phone/mentor/SignEntry.vue'), meta: { tab: '/sign' } },
      { path: '/scan', component: () => import('./phone/mentor/Scan.vue') },
      { path: '/show', component: () => import('./phone/ShowCode.vue'), meta: { tab: '/' } },
      { path: '/apprentices', component: () => import('./phone/mentor/Apprentices.vue') },
      { path: '/apprentices/:book', component: () => import('./phone/mentor/Apprentice.vue'), meta: { tab: '/apprentices' } },
      { path: '/me', component: () => import('./phone/Me.vue') },
      { path: '/me/devices', component: () => import('./phone/Devices.vue'), meta: { tab: '/me' } },
      { path: '/me/pin', component: () => import('./phone/Pin.vue'), meta: { tab: '/me' } },
      { path: '/notices', component: () => import('./phone/Notices.vue'), meta: { tab: '/me' } },
      { path: '/export', component: () => import('./phone/ExportAll.vue'), meta: { tab: '/me' } },
      { path: '/accounts', component: () => import('./phone/Accounts.vue'), meta: { outside: true } },
      { path: '/install', component: () => import('./phone/Install.vue'), meta: { anywhere: true, tab: '/me' } },
      { path: '/login', component: () => import('./phone/LogIn.vue'), meta: { outside: true } },
      { path: '/activate', component: () => import('./phone/Activate.vue'), meta: { outside: true } },
      { path: '/:rest(.*)*', redirect: '/', meta: { rest: true } },
    ],
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  })
  router.beforeEach((to) => {
    const account = open.value
    if (!account) return to.meta.outside || to.meta.anywhere ? true : '/login'
    return to.path === '/' && onlyMentor(account.roles.value) ? mentorHome(router) : true
  })
  return router
}
