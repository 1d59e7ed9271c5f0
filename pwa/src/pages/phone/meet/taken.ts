/* What was read off another screen, on its way from the camera to the page that shows it. It is in no address and in no storage: a
   page that is opened without it sends people back to the camera. */
import { shallowRef } from 'vue'
import type { TakenEntries } from '../../../actions/meet/take'

/** For /scanned: what a master is shown. */
export const taken = shallowRef<TakenEntries | null>(null)

/** For /present: the code of a base's kiosk, as its bytes were joined. */
export const presence = shallowRef<Uint8Array | null>(null)
