/* A base with a kiosk, beside the two phones of meet/cast. */
import type { AccountDb } from '../../src/db/account/account'
import { drawCode, type Drawn } from '../../src/actions/base/kiosk'
import { isRefused } from '../../src/actions/refused'
import type { DeviceKey } from '../../src/device/key'
import { make, NAMES, ORIGIN, raw } from '../meet/cast'

export const KIOSK = '99999999-9999-4999-8999-999999999999'
export const BASE = '5ad63f2e-8a3c-4c57-9a42-0a1b2c3d4e5f'
export const SESSION = 'c0ffee00-1234-4abc-8def-0123456789ab'
export const SAID = { base: BASE, session: SESSION, name: '海滨市公共实训基地（示例）', module: 'M2', workstation: '2 号工位' }

NAMES[KIOSK] = '一号签到屏'

export const makeKiosk = (server: DeviceKey, change: object = {}): Promise<AccountDb> => make(server, KIOSK, false, { roles: ['kiosk'], ...change })

export async function drawn(kiosk: AccountDb, now: number, change: object = {}): Promise<Drawn> {
  const made = await drawCode(kiosk, { ...SAID, ...change }, now, ORIGIN)
  if (isRefused(made)) throw new Error(made.refused)
  return made
}

/** What a camera before the kiosk's screen has read at this moment. */
export const read = async (kiosk: AccountDb, now: number, change: object = {}): Promise<Uint8Array> => raw((await drawn(kiosk, now, change)).texts)
