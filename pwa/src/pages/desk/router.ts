/* The desk's addresses. Who may see what, the doors decide; the frame shows only what they would open. */
import { createRouter, createWebHistory, type Router } from 'vue-router'
import { PLACES } from './routes'

export const createDeskPages = (): Router =>
  createRouter({
    history: createWebHistory(),
    routes: [
      { path: '/desk', component: () => import('./DeskHome.vue') },
      ...PLACES.flatMap(({ path, page, below = [] }) => [{ path, component: page }, ...below.map((one) => ({ path: one.path, component: one.page, meta: { nav: path } }))]),
      { path: '/:rest(.*)*', redirect: '/desk' },
    ],
    // A list that refreshes its address must not jump.
    scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
  })
