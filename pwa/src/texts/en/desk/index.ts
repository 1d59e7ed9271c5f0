/* What only the desk says. */
import { frame } from './frame'
import { progress } from './progress'
import { queue } from './queue'
import { resets } from './resets'

export const desk = {
  ...frame,
  ...progress,
  ...queue,
  ...resets,
}
