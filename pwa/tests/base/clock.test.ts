/* A kiosk tells the server what its clock says, so that those who serve at the base hear when it is wrong; nobody else does. */
import { beforeEach, expect, it } from 'vitest'
import type { AccountDb } from '../../src/db/account/account'
import { exchange } from '../../src/net/exchange'
import { START } from '../../src/net/pace'
import { makeKey } from '../../src/device/key'
import { LIN } from '../cast'
import { lineTo, Server } from '../world'
import { KIOSK, makeKiosk, serve } from './cast'

let kiosk: AccountDb

beforeEach(async () => {
  kiosk = await makeKiosk(await makeKey())
})

async function told(db: AccountDb, account: string): Promise<unknown> {
  const server = new Server()
  const bodies: { clock?: unknown }[] = []
  const wire = (path: string, init: RequestInit) => {
    bodies.push(JSON.parse(String(init.body)) as { clock?: unknown })
    return server.fetching(path, init)
  }
  await exchange({ ...lineTo(db, wire), account }, START, new AbortController().signal)
  return bodies[0]
}

it('a kiosk says what its clock says, and which key speaks', async () => {
  await serve(kiosk)
  expect(await told(kiosk, KIOSK)).toMatchObject({ clock: { device: (await kiosk.keys.get('device'))!.id, at: 1_000_000 } })
})

it('one without a key says nothing', async () => {
  await serve(kiosk)
  await kiosk.keys.clear()
  expect(await told(kiosk, KIOSK)).not.toHaveProperty('clock')
})

it('who serves there, or nowhere, says nothing of a clock', async () => {
  expect(await told(kiosk, KIOSK)).not.toHaveProperty('clock')
  await serve(kiosk)
  expect(await told(kiosk, LIN)).not.toHaveProperty('clock')
})
