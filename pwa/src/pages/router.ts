/* Which address shows which screen, and who may go there. */
import type { ShallowRef } from 'vue'
import { createRouter, createWebHistory, type Router } from 'vue-router'
import Home from './phone/Home.vue'
import type { Open } from './joined'

export function createPages(open: ShallowRef<Open | null>): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      { path: '/', component: Home },
      { path: '/log', component: () => import('./phone/LogHours.vue') },
      { path: '/needs', component: () => import('./phone/Needs.vue') },
      { path: '/sync', component: () => import('./phone/Sync.vue') },
      { path: '/me', component: () => import('./phone/Me.vue') },
      { path: '/login', component: () => import('./phone/LogIn.vue'), meta: { outside: true } },
      { path: '/activate', component: () => import('./phone/Activate.vue'), meta: { outside: true } },
      { path: '/:rest(.*)*', redirect: '/' },
    ],
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  })
  router.beforeEach((to) => (to.meta.outside || open.value ? true : '/login'))
  return router
}
