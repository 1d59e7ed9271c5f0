/* A base with a kiosk, beside the two phones of meet/cast. */
import type { AccountDb } from '../../src/db/account/account'
import { drawCode, type Drawn } from '../../src/actions/base/kiosk'
import { isRefused } from '../../src/actions/refused'
import type { DeviceKey } from '../../src/device/key'
import type { BaseDoc, PresenceDoc, SessionDoc } from '../../src/sync/book'
import { LIN } from '../cast'
import { make, NAMES, NOW, ORIGIN, raw } from '../meet/cast'
import { MASTER } from '../mentors'

export const KIOSK = '99999999-9999-4999-8999-999999999999'
export const BASE = '5ad63f2e-8a3c-4c57-9a42-0a1b2c3d4e5f'
export const SESSION = 'c0ffee00-1234-4abc-8def-0123456789ab'
export const SAID = { base: BASE, session: SESSION, name: '海滨市高技能人才公共实训基地（示例）', module: 'M2', workstation: '2 号工位' }

NAMES[KIOSK] = '一号签到屏'

export const makeKiosk = (server: DeviceKey, change: object = {}): Promise<AccountDb> => make(server, KIOSK, false, { roles: ['kiosk'], ...change })

export async function drawn(kiosk: AccountDb, now: number, change: object = {}): Promise<Drawn> {
  const made = await drawCode(kiosk, { ...SAID, ...change }, now, ORIGIN)
  if (isRefused(made)) throw new Error(made.refused)
  return made
}

/** What a camera before the kiosk's screen has read at this moment. */
export const read = async (kiosk: AccountDb, now: number, change: object = {}): Promise<Uint8Array> => raw((await drawn(kiosk, now, change)).texts)

export const baseHead: BaseDoc = {
  ...{ id: BASE, kind: 'base', state: 'open', name: SAID.name, workstations: ['1 号工位', '2 号工位'] },
  members: [
    { id: 't', person: MASTER, role: 'base_trainer', org: BASE, from: '2026-09-01', to: null },
    { id: 'k', person: KIOSK, role: 'kiosk', org: BASE, from: '2026-09-01', to: null },
  ],
}

export const lesson = (change: Partial<SessionDoc> = {}): SessionDoc => ({
  ...{ id: SESSION, kind: 'session', state: 'open', by: MASTER, workstation: '2 号工位', module: 'M2', topic: '机器人示教' },
  ...{ day: '2026-11-20', start: 17 * 60, end: 20 * 60, seen: [], at: NOW },
  ...change,
})

export const checkedIn = (change: Partial<PresenceDoc> = {}): PresenceDoc => ({
  ...{ id: 'aaaaaaaa-0000-4000-8000-000000000001', kind: 'presence', state: 'in', by: LIN, base: BASE, workstation: null },
  ...{ day: '2026-11-20', start: 17 * 60 + 5, code: null, end: null, at: NOW, seen: 0 },
  ...change,
})

/** A trainer's phone knows the base's book as well. */
export async function serve(db: AccountDb, ...docs: SessionDoc[]): Promise<void> {
  await db.docs.bulkPut([baseHead, ...docs].map((body, at) => ({ book: BASE, id: body.id, seq: at + 1, body })))
  await db.books.put({ id: BASE, seq: docs.length + 1, chain: '', resetting: null })
}
