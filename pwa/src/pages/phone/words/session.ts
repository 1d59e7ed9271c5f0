/* How a session at a base is said. */
import type { Device } from '../../../actions/door/devices'
import type { KioskDoc, SessionDoc } from '../../../sync/book'
import { momentOf } from '../../../sync/days'
import { t } from '../../../texts'
import { isWrong } from '../../../use/base/base'

/** Modules are known to those who learn or teach in them; the screen at the door knows only what the trainer wrote. */
export const sessionWord = ({ topic }: Pick<SessionDoc, 'topic'>): string => topic.trim() || t('session.untitled')

export const whereOf = ({ workstation }: Pick<SessionDoc, 'workstation'>): string => workstation ?? ''

const minutesOff = (seconds: number): number => Math.max(1, Math.round(Math.abs(seconds) / 60))

/** That a kiosk's clock is wrong, as the server found it. */
export function clockWords({ seconds }: Pick<KioskDoc, 'seconds'>, name: string): string {
  const fields = { name: name || t('session.a_kiosk'), n: minutesOff(seconds) }
  return t(seconds > 0 ? 'session.clock_fast' : 'session.clock_slow', fields)
}

/** Of a check-in screen among my devices: what the server last found of its clock; null of anything else. */
export function screenClock({ clock_seconds: seconds = null, clock_at: at = null }: Pick<Device, 'clock_seconds' | 'clock_at'>): { words: string; wrong: boolean } | null {
  if (seconds === null || at === null) return null
  if (!isWrong(seconds)) return { words: t('devices.clock_right', { at: momentOf(at) }), wrong: false }
  return { words: t(seconds > 0 ? 'devices.clock_fast' : 'devices.clock_slow', { at: momentOf(at), n: minutesOff(seconds) }), wrong: true }
}
