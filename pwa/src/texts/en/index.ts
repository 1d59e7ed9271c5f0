/* All English sentences, a file for each subject. */
import { accounts } from './accounts'
import { app } from './app'
import { apprentices } from './apprentices'
import { door } from './door'
import { entry } from './entry'
import { exports } from './exports'
import { handbook } from './handbook'
import { home } from './home'
import { hours } from './hours'
import { install } from './install'
import { me } from './me'
import { needs } from './needs'
import { notices } from './notices'
import { once } from './once'
import { photos } from './photos'
import { results } from './results'
import { scan } from './scan'
import { sign } from './sign'
import { tabs } from './tabs'
import { today } from './today'
import { words } from './words'

export const en = {
  ...accounts,
  ...app,
  ...apprentices,
  ...door,
  ...entry,
  ...exports,
  ...handbook,
  ...home,
  ...hours,
  ...install,
  ...me,
  ...needs,
  ...notices,
  ...once,
  ...photos,
  ...results,
  ...scan,
  ...sign,
  ...tabs,
  ...today,
  ...words,
}
