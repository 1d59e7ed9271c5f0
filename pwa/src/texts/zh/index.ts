/* 全部中文句子，一题一文件。 */
import { apprentices } from './apprentices'
import { base } from './base'
import { entry } from './entry'
import { evidence } from './evidence'
import { exports } from './exports'
import { first } from './first'
import { handbook } from './handbook'
import { hours } from './hours'
import { install } from './install'
import { me } from './me'
import { meet } from './meet'
import { needs } from './needs'
import { notices } from './notices'
import { photos } from './photos'
import { refused } from './refused'
import { resets } from './resets'
import { results } from './results'
import { scan } from './scan'
import { sign } from './sign'

export const zh = {
  ...first,
  ...apprentices,
  ...base,
  ...entry,
  ...evidence,
  ...exports,
  ...handbook,
  ...hours,
  ...install,
  ...me,
  ...meet,
  ...needs,
  ...notices,
  ...photos,
  ...refused,
  ...resets,
  ...results,
  ...scan,
  ...sign,
}
