/* What only the desk says. */
import { columns } from './columns'
import { faults } from './faults'
import { facts } from './facts'
import { flags } from './flags'
import { frame } from './frame'
import { progress } from './progress'
import { queue } from './queue'
import { imports } from './imports'
import { exports } from './exports'
import { frame } from './frame'
import { progress } from './progress'
import { queue } from './queue'
import { months } from './months'
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
