/* What this browser can keep, for the screens before the log-in. */
import { shallowRef, type ShallowRef } from 'vue'
import { systemName } from '../../../actions/door/browser'
import { whatItKeeps, type Keeps } from '../../../actions/door/probe'
import { t } from '../../../texts'

interface Keeping {
  /** null until it is known. */
  keeps: ShallowRef<Keeps | null>
  /** How this phone is called in the list of one's devices. */
  label: () => string
}

export function useKeeping(): Keeping {
  const keeps = shallowRef<Keeps | null>(null)
  void whatItKeeps().then((found) => (keeps.value = found))
  return { keeps, label: () => (keeps.value === 'no_key' ? t('keep.label', { label: systemName() }) : systemName()) }
}
