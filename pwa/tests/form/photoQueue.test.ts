import { describe, expect, it, vi } from 'vitest'
import { putAccount } from '../../src/db/account/accounts'
import { putMeta } from '../../src/db/account/meta'
import { readPicture } from '../../src/db/form/photos'
import { openPhotos } from '../../src/net/photos'
import { enrolled } from '../cast'
import { DAY, NOW, taken, logged, one, Blobs } from '../photos'

describe('the queue', () => {
  it('brings what waits when woken, and nothing for an account that has left', async () => {
    const { db } = await enrolled()
    vi.stubGlobal('navigator', {})
    const person = db.name.slice('jiangji-'.length)
    const hash = await logged(db)
    const server = new Blobs()
    const queue = openPhotos({ db, account: person, fetching: server.fetching, now: () => NOW })
    queue.wake()
    await new Promise((go) => setTimeout(go, 100))
    expect(server.asked).toEqual([])
    await putAccount({ id: person, name: '林一', login: 'lin', used_at: 1, locked: true })
    queue.wake()
    await vi.waitFor(async () => expect((await one(db, hash)).state).toBe('there'))
    queue.stop()
    vi.unstubAllGlobals()
  })

  it('throws nothing away because the clock of the phone jumped: only the server tells how long it has been', async () => {
    const { db } = await enrolled()
    vi.stubGlobal('navigator', {})
    const person = db.name.slice('jiangji-'.length)
    await putAccount({ id: person, name: '林一', login: 'lin', used_at: 1, locked: false })
    let clock = NOW
    const [forgotten, named] = [await taken(db), await logged(db)]
    const server = new Blobs()
    const queue = openPhotos({ db, account: person, fetching: server.fetching, now: () => clock })
    const round = async (at: number, heard_at: number | null) => {
      clock = at
      if (heard_at !== null) await putMeta(db, 'server_now', heard_at)
      queue.wake()
      await new Promise((go) => setTimeout(go, 150))
      return Promise.all([forgotten, named].map(async (hash) => (await readPicture(db, hash)) !== null))
    }
    expect(await round(NOW, null)).toEqual([true, true])
    expect(await round(NOW + 900 * DAY, null)).toEqual([true, true])
    expect(await round(NOW, NOW)).toEqual([true, true])
    expect(await round(NOW + 900 * DAY, NOW + DAY)).toEqual([true, true])
    expect(await round(NOW, NOW + 15 * DAY)).toEqual([true, false])
    expect(await round(NOW, NOW + 61 * DAY)).toEqual([false, false])
    queue.stop()
    vi.unstubAllGlobals()
  })
})
