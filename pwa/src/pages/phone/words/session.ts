/* How a session at a base is said. */
import type { KioskDoc, SessionDoc } from '../../../sync/book'
import { t } from '../../../texts'

/** Modules are known to those who learn or teach in them; the screen at the door knows only what the trainer wrote. */
export const sessionWord = ({ topic }: Pick<SessionDoc, 'topic'>): string => topic.trim() || t('session.untitled')

export const whereOf = ({ workstation }: Pick<SessionDoc, 'workstation'>): string => workstation ?? ''

/** That a kiosk's clock is wrong, as the server found it. */
export function clockWords({ seconds }: Pick<KioskDoc, 'seconds'>, name: string): string {
  const fields = { name: name || t('session.a_kiosk'), n: Math.max(1, Math.round(Math.abs(seconds) / 60)) }
  return t(seconds > 0 ? 'session.clock_fast' : 'session.clock_slow', fields)
}
