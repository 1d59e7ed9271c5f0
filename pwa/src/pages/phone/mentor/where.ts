/* Where what was just signed is: on this phone, or, where nothing may stay, with the server. */
import type { Store } from '../../../actions/store'
import { t } from '../../../texts'
import { useOnce } from '../../../use/account/place'

export function useWhere(db: Store): () => string {
  const { now: once } = useOnce(db)
  return () => t(once.value ? 'sign.where_server' : 'sign.where_phone')
}
