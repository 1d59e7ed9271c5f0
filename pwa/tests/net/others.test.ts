/* What waits in accounts that are not open goes out too: ops by whoever has the phone, photos by their own session only. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { isRefused } from '../../src/actions/refused'
import { logHours } from '../../src/actions/book/hours'
import { putAccount } from '../../src/db/account/accounts'
import { keepPhoto, readPhotosIn } from '../../src/db/form/photos'
import { hashOf, type Bytes } from '../../src/device/bytes'
import { bringOthers } from '../../src/net/others'
import { enrolled, hours } from '../cast'
import { json } from '../world'

afterEach(() => vi.unstubAllGlobals())

describe('an account that is not open', () => {
  it('has its photos brought in its own name', async () => {
    vi.stubGlobal('navigator', {})
    vi.stubGlobal('window', new EventTarget())
    vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }))
    const { db } = await enrolled()
    const person = db.name.slice('jiangji-'.length)
    await putAccount({ id: person, name: '林一', login: 'lin', used_at: 1, locked: true })
    const bytes: Bytes = new Uint8Array([255, 216, 1])
    const hash = await hashOf(bytes)
    await keepPhoto(db, { hash, bytes, thumb: bytes }, true, Date.now())
    expect(isRefused(await logHours(db, { ...hours, photos: [hash] }, Date.now()))).toBe(false)
    const asked: string[] = []
    const fetching = async (path: string, init: RequestInit): Promise<Response> => {
      const account = (init.headers as Record<string, string>)['X-Account']
      if (!path.startsWith('/api/blobs/')) return json({ word: 'server_fault' }, 500)
      asked.push(`${init.method} ${path} ${account}`)
      return init.method === 'HEAD' ? json({ word: 'not_found' }, 404) : new Response(null, { status: 204 })
    }
    const stop = await bringOthers('somebody-else', fetching, 'test')
    await vi.waitFor(async () => expect((await readPhotosIn(db, 'there')).map((row) => row.hash)).toEqual([hash]))
    stop()
    expect(asked).toEqual([`HEAD /api/blobs/${hash} ${person}`, `PUT /api/blobs/${hash} ${person}`])
  })
})
