/* How being at a base is said. */
import type { Plan, PresenceDoc } from '../../../sync/book'
import { t } from '../../../texts'
import { codeOf } from '../../../use/base/presence'

/** The base by its name, and where in it. */
export function baseOf(presence: PresenceDoc, plan: Plan | null): string {
  const name = codeOf(presence)?.name ?? plan?.places.find(({ id }) => id === presence.base)?.name ?? t('place.base')
  return [name, presence.workstation].filter(Boolean).join(' · ')
}
