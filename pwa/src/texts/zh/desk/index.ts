/* 管理台的句子，只有管理台才取。 */
import { columns } from './columns'
import { exports } from './exports'
import { facts } from './facts'
import { faults } from './faults'
import { flags } from './flags'
import { frame } from './frame'
import { imports } from './imports'
import { months } from './months'
import { progress } from './progress'
import { queue } from './queue'
import { resets } from './resets'
import { setup } from './setup'

export const desk = {
  ...frame,
  ...progress,
  ...queue,
  ...flags,
  ...facts,
  ...exports,
  ...months,
  ...resets,
  ...imports,
  ...setup,
  ...columns,
  ...faults,
}
