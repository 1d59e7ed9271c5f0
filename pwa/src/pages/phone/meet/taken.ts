/* What was read off another screen, on its way from the camera to the page that shows it. It is in no address and in no storage, and
   with the account that read it: a page that is opened without it sends people back to the camera. */
import type { TakenEntries } from '../../../actions/meet/take'
import type { Store } from '../../../actions/store'

/** For /scanned: what a master is shown. */
export const takenBy = new WeakMap<Store, TakenEntries>()

/** For /present: the code of a base's kiosk, as its bytes were joined. */
export const presenceBy = new WeakMap<Store, Uint8Array>()
