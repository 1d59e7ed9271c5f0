/* What the first screens say: before the log-in, and on Today. Every other sentence comes right after. */
import { accounts } from './accounts'
import { app } from './app'
import { door } from './door'
import { home } from './home'
import { once } from './once'
import { tabs } from './tabs'
import { today } from './today'
import { units } from './units'
import { words } from './words'

export const first = {
  ...accounts,
  ...app,
  ...door,
  ...home,
  ...once,
  ...tabs,
  ...today,
  ...units,
  ...words,
}
