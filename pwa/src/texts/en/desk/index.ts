/* What only the desk says. */
import { frame } from './frame'
import { resets } from './resets'

export const desk = {
  ...frame,
  ...resets,
}
