/* 第一屏要说的话：登录之前，和今日。别处的句子随后就到。 */
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
