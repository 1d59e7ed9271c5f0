/* The same stack with nothing on it: shell, worker, router, database, one empty screen that can store one row, and one of plain
   lines that can be filtered. */
import Dexie from 'dexie'
import { createApp, defineComponent, h, shallowRef } from 'vue'
import { createRouter, createWebHistory, RouterView } from 'vue-router'
import { startShell } from './sw/client'
import './styles/tokens.css'
import './styles/base.css'

const db = new Dexie('empty', { chromeTransactionDurability: 'strict' })
db.version(1).stores({ rows: '++id' })

const Screen = defineComponent(() => {
  const saved = shallowRef(false)
  const save = async () => {
    await db.table('rows').add({ text: 'a row' })
    saved.value = true
  }
  return () => h('main', { 'data-test': 'empty' }, [saved.value ? h('p', { 'data-test': 'saved' }, 'saved') : h('button', { 'data-test': 'save', onClick: save }, 'save')])
})

const SCREENFUL = 60
const List = defineComponent(() => {
  const odd = shallowRef(false)
  const lines = () => Array.from({ length: SCREENFUL }, (_, n) => n).filter((n) => !odd.value || n % 2 === 1)
  const filter = () => {
    odd.value = !odd.value
  }
  return () => h('main', [h('button', { 'data-test': 'filter', onClick: filter }, 'filter'), ...lines().map((n) => h('p', { key: n, 'data-test': 'line' }, `line ${n}`))])
})

// as in ours, another app begins apart from the phone's
if (location.pathname.startsWith('/desk')) void import('./desk')

const shell = startShell(() => undefined, () => undefined)
const router = createRouter({ history: createWebHistory(), routes: [{ path: '/list', component: List }, { path: '/:rest(.*)*', component: Screen }] })
void db.open().then(() => {
  createApp({ render: () => h(RouterView) }).use(router).mount('#app')
  requestIdleCallback(() => shell.keep(), { timeout: 2000 })
})
