/* 管理台的句子，只有管理台才取。 */
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
