/* 管理台的句子，只有管理台才取。 */
import { frame } from './frame'
import { resets } from './resets'

export const desk = {
  ...frame,
  ...resets,
}
