/* The same stack with nothing on it: shell, worker, router, database and one empty screen that can store one row. */
import Dexie from 'dexie'
import { createApp, defineComponent, h, shallowRef } from 'vue'
import { createRouter, createWebHistory, RouterView } from 'vue-router'
import { startShell } from './sw/client'
import './styles/tokens.css'
import './styles/base.css'

const db = new Dexie('empty')
db.version(1).stores({ rows: '++id' })

const Screen = defineComponent(() => {
  const saved = shallowRef(false)
  const save = async () => {
    await db.table('rows').add({ text: 'a row' })
    saved.value = true
  }
  return () => h('main', { 'data-test': 'empty' }, [saved.value ? h('p', 'saved') : h('button', { 'data-test': 'save', onClick: save }, 'save')])
})

const shell = startShell(() => undefined, () => undefined)
const router = createRouter({ history: createWebHistory(), routes: [{ path: '/:rest(.*)*', component: Screen }] })
void db.open().then(() => {
  createApp({ render: () => h(RouterView) }).use(router).mount('#app')
  requestIdleCallback(() => shell.keep(), { timeout: 2000 })
})
