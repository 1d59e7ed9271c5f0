/* Which tabs somebody has, by what he is in the books of this phone. */
import type { Router } from 'vue-router'
import type { Key } from '../texts'
import { onlyKiosk, onlyMentor, type Roles } from '../use/account/roles'

interface TabPlace {
  name: string
  to: string
  word: Key
}

const ME: TabPlace = { name: 'me', to: '/me', word: 'tab.me' }

const APPRENTICE: TabPlace[] = [
  { name: 'today', to: '/', word: 'tab.today' },
  { name: 'book', to: '/book', word: 'tab.book' },
  { name: 'results', to: '/results', word: 'tab.results' },
  ME,
]

const MENTOR: TabPlace[] = [
  { name: 'sign', to: '/sign', word: 'tab.sign' },
  { name: 'apprentices', to: '/apprentices', word: 'tab.apprentices' },
  { name: 'scan', to: '/scan', word: 'tab.scan' },
  ME,
]

const KIOSK: TabPlace[] = [{ name: 'kiosk', to: '/kiosk', word: 'tab.kiosk' }, ME]

/** Whoever has no book yet sees an apprentice's tabs, for most people are apprentices. */
export const tabsOf = (roles: Roles): TabPlace[] => (onlyMentor(roles) ? MENTOR : onlyKiosk(roles) ? KIOSK : APPRENTICE)

export const exists = (router: Router, to: string): boolean => router.resolve(to).meta.rest !== true

/** Where somebody begins; '' is 今日. */
export const homeOf = (roles: Roles): string => (onlyMentor(roles) ? '/sign' : onlyKiosk(roles) ? '/kiosk' : '')
