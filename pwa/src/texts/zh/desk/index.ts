/* 管理台的句子，只有管理台才取。 */
import { agreements } from './agreements'
import { base } from './base'
import { chains } from './chains'
import { changes } from './changes'
import { columns } from './columns'
import { columnsOf } from './columns_of'
import { exports } from './exports'
import { facts } from './facts'
import { faults } from './faults'
import { flags } from './flags'
import { frame } from './frame'
import { imports } from './imports'
import { months } from './months'
import { pairings } from './pairings'
import { occupations } from './occupations'
import { orgs } from './orgs'
import { plans } from './plans'
import { progress } from './progress'
import { queue } from './queue'
import { resets } from './resets'
import { reversals } from './reversals'
import { rules } from './rules'
import { samplings } from './samplings'
import { setup } from './setup'
import { staff } from './staff'
import { system } from './system'

export const desk = {
  ...frame,
  ...base,
  ...progress,
  ...queue,
  ...flags,
  ...facts,
  ...exports,
  ...months,
  ...resets,
  ...reversals,
  ...imports,
  ...setup,
  ...agreements,
  ...samplings,
  ...staff,
  ...system,
  ...pairings,
  ...plans,
  ...rules,
  ...occupations,
  ...orgs,
  ...chains,
  ...changes,
  ...columns,
  ...columnsOf,
  ...faults,
}
