/* Joins the rooms of the desk, an app of its own behind the same door: it opens no phone account, and no phone fetches it. */
import { createApp, type ShallowRef } from 'vue'
import { deskWire } from './net/desk'
import { createDesk, DESK } from './use/desk/ask'
import DeskApp from './pages/desk/DeskApp.vue'
import { SHELL } from './pages/desk/shell'
import { createDeskPages } from './pages/desk/router'
import { bring, preferred, speak } from './texts'
import './styles/desk.css'

const SEAT = 'jiangji-desk-seat'

const memory = {
  read() {
    try {
      return sessionStorage.getItem(SEAT) ?? ''
    } catch {
      return ''
    }
  },
  write(org: string) {
    try {
      sessionStorage.setItem(SEAT, org)
    } catch {
      // It holds until the page is closed.
    }
  },
}

export async function openDesk(update: ShallowRef<boolean>, accept: () => void): Promise<void> {
  bring({ 'zh-CN': async () => (await import('./texts/zh/desk')).desk, en: async () => (await import('./texts/en/desk')).desk })
  const desk = createDesk(deskWire((path, init) => fetch(path, init)), memory)
  await Promise.all([speak(preferred()), desk.start()])
  createApp(DeskApp).provide(DESK, desk).provide(SHELL, { update, accept }).use(createDeskPages()).mount('#app')
}
