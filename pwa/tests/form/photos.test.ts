import { describe, expect, it, vi } from 'vitest'
import { isRefused } from '../../src/actions/refused'
import type { Knock } from '../../src/actions/door/door'
import { logHours } from '../../src/actions/book/hours'
import { fetchPhotos, notePhotoSaved, photoFile, sendPhotoAgain } from '../../src/actions/form/photos'
import { leavePhone, mayLeave } from '../../src/actions/door/leave'
import { exportUnsent, noteExported } from '../../src/actions/copy/unsent'
import { putAccount, readAccounts } from '../../src/db/account/accounts'
import { readFormPhotos } from '../../src/db/form/drafts'
import { queueNamed, readPhotoNames } from '../../src/db/form/named'
import { putMeta } from '../../src/db/account/meta'
import { countUnsavedPhotos, keepPhoto, minePhotosAgain, readPhotos, readPicture, readThumb, type PhotoRow } from '../../src/db/form/photos'
import { hashOf, type Bytes } from '../../src/device/bytes'
import type { ResultDoc } from '../../src/sync/book'
import { blank } from '../../src/use/hours/form'
import { blankClaim } from '../../src/use/results/claim'
import { BOOK, enrolled, hours, rows } from '../cast'
import { json } from '../world'
import { DAY, NOW, thumb, taken, logged, one, Blobs, send, sweep } from '../photos'

const OTHER = '44444444-4444-4444-8444-444444444444'

describe('the photos of an open entry', () => {
  const away = ['a'.repeat(43), 'b'.repeat(43), 'c'.repeat(43)]

  it.each<[string, 'photo_away' | 'no_network', string[]]>([
    ['each one that is not here is asked for, also behind one the server has not got', 'photo_away', away],
    ['a line that does not hold ends the asking', 'no_network', away.slice(0, 1)],
  ])('%s', async (_, how, wanted) => {
    const { db } = await enrolled()
    const here = await taken(db)
    const asked: string[] = []
    const look = (path: string): Promise<Knock<Blob>> => {
      asked.push(path.split('/').pop()!)
      return Promise.resolve(how === 'no_network' ? { as: 'no_network' } : { as: 'refused', word: 'not_found' })
    }
    await fetchPhotos(db, look, [here, ...away], NOW, () => true)
    expect(asked).toEqual(wanted)
  })

  it('whoever has gone on to the next entry asks for no more of this one', async () => {
    const { db } = await enrolled()
    const asked: string[] = []
    const look = (path: string): Promise<Knock<Blob>> => {
      asked.push(path)
      return Promise.resolve({ as: 'refused', word: 'not_found' })
    }
    await fetchPhotos(db, look, away, NOW, () => asked.length < 2)
    expect(asked.length).toBe(2)
  })
})

describe('a photo on this phone', () => {
  it('waits once an op names it, and not before', async () => {
    const { db } = await enrolled()
    const idle = await taken(db)
    const hash = await logged(db)
    expect((await one(db, idle)).state).toBe('draft')
    expect((await one(db, hash)).state).toBe('waiting')
    const server = new Blobs()
    expect(await send(db, server)).toEqual({ broke: false, wait_ms: null })
    expect(server.asked).toEqual([`HEAD ${hash}`, `PUT ${hash}`])
    expect(await one(db, hash)).toMatchObject({ state: 'there', there_at: NOW })
  })

  it('is queued after all when the phone died between the save and the queue', async () => {
    const { db } = await enrolled()
    const bytes: Bytes = new Uint8Array([3, 3])
    const hash = await hashOf(bytes)
    // The queue finds no photo of this name, as if it had not been called.
    expect(isRefused(await logHours(db, { ...hours, photos: [hash] }, NOW))).toBe(false)
    const idle = await taken(db)
    await keepPhoto(db, { hash, bytes, thumb }, true, NOW)
    expect((await one(db, hash)).state).toBe('draft')
    await queueNamed(db, NOW)
    expect([(await one(db, hash)).state, (await one(db, idle)).state]).toEqual(['waiting', 'draft'])
  })

  it('is asked about, not brought again, when the phone died after the upload', async () => {
    const { db } = await enrolled()
    const hash = await logged(db)
    const server = new Blobs()
    server.has.add(hash)
    await send(db, server)
    expect(server.asked).toEqual([`HEAD ${hash}`])
    expect((await one(db, hash)).state).toBe('there')
  })

  it('is brought again when the line broke in the middle', async () => {
    const { db } = await enrolled()
    const hash = await logged(db)
    const other = await logged(db)
    const server = new Blobs()
    server.put = () => {
      throw new TypeError('the line broke')
    }
    expect(await send(db, server)).toMatchObject({ broke: true })
    expect(server.asked).toHaveLength(2)
    expect((await readPhotos(db, [hash, other])).map(({ state, tries }) => [state, tries])).toEqual([['waiting', 0], ['waiting', 0]])
    server.put = () => null
    await send(db, server)
    expect(server.has).toEqual(new Set([hash, other]))
  })
})

describe('what the server says of a photo', () => {
  const answers: [string, Response, Partial<PhotoRow>][] = [
    ['404: no op names it yet', json({ word: 'not_found' }, 404), { state: 'waiting', word: null, tries: 1 }],
    ['413', json({ word: 'too_large' }, 413), { state: 'refused', word: 'photo_too_large' }],
    ['400 not a photo', json({ word: 'not_a_photo' }, 400), { state: 'refused', word: 'not_a_photo' }],
    ['415', json({ word: 'wrong_content_type' }, 415), { state: 'refused', word: 'wrong_content_type' }],
    ['422', json({ word: 'bad_request' }, 422), { state: 'waiting', word: null, tries: 1 }],
    ['429: the quota', json({ word: 'quota_used_up' }, 429, { 'retry-after': '60' }), { state: 'waiting', word: 'quota_used_up' }],
    ['503', json({ word: 'busy' }, 503, { 'retry-after': '2' }), { state: 'waiting', word: null, tries: 0 }],
    ['401', json({ word: 'login' }, 401), { state: 'waiting', word: null, tries: 0 }],
    ['500', json({ word: 'server_fault' }, 500), { state: 'waiting', word: null, tries: 1 }],
    ['502 of a proxy', new Response('<html>', { status: 502 }), { state: 'waiting', word: null, tries: 1 }],
    ['200 of a hotel', new Response('<html>', { status: 200 }), { state: 'waiting', word: null, tries: 0 }],
  ]
  it.each(answers)('%s', async (_, answer, then) => {
    const { db } = await enrolled()
    const hash = await logged(db)
    const server = new Blobs()
    server.put = () => answer
    await send(db, server)
    expect(await one(db, hash)).toMatchObject(then)
    expect(await readPicture(db, hash)).not.toBeNull()
  })

  it('lets the server rest as long as it asks, and tries nothing else meanwhile', async () => {
    const { db } = await enrolled()
    await logged(db)
    await logged(db)
    const server = new Blobs()
    server.put = () => json({ word: 'quota_used_up' }, 429, { 'retry-after': '60' })
    expect(await send(db, server)).toEqual({ broke: true, wait_ms: 60_000 })
    expect(server.puts()).toBe(1)
  })

  it('goes past a photo the server stumbles over, and stops when it stumbles twice', async () => {
    const { db } = await enrolled()
    const bad = await logged(db, NOW)
    const good = await logged(db, NOW + 1)
    const server = new Blobs()
    server.put = (hash) => (hash === bad ? json({ word: 'server_fault' }, 500) : null)
    expect(await send(db, server, NOW + 2)).toMatchObject({ broke: false })
    expect((await one(db, good)).state).toBe('there')
    await logged(db, NOW + 3)
    await logged(db, NOW + 4)
    await logged(db, NOW + 5)
    server.put = () => json({ word: 'server_fault' }, 500)
    const before = server.puts()
    expect(await send(db, server, NOW + 6)).toMatchObject({ broke: true })
    expect(server.puts() - before).toBe(2)
  })

  it('asks again later and later, and after two weeks somebody has to look', async () => {
    const { db } = await enrolled()
    const hash = await logged(db)
    const server = new Blobs()
    server.put = () => json({ word: 'not_found' }, 404)
    await send(db, server)
    expect((await send(db, server, NOW + 60_000)).wait_ms).toBe(60_000)
    expect(server.puts()).toBe(1)
    await send(db, server, NOW + 120_000)
    expect(server.puts()).toBe(2)
    await sweep(db, NOW)
    // A phone whose clock runs ahead waits as long as any other.
    await send(db, server, NOW + 900 * DAY)
    expect((await one(db, hash)).state).toBe('waiting')
    await putMeta(db, 'server_now', NOW + 15 * DAY)
    await send(db, server, NOW + 901 * DAY)
    expect(await one(db, hash)).toMatchObject({ state: 'refused', word: 'photo_unnamed' })
    await sendPhotoAgain(db, hash, NOW + 15 * DAY)
    await send(db, server, NOW + 15 * DAY)
    expect((await one(db, hash)).state).toBe('waiting')
  })

  it('tells a photo damaged here from one damaged on the way', async () => {
    const { db } = await enrolled()
    const whole = await logged(db, NOW)
    const server = new Blobs()
    server.put = () => json({ word: 'hash_differs' }, 400)
    await send(db, server)
    expect((await one(db, whole)).state).toBe('waiting')
    const hash = await taken(db)
    await keepPhoto(db, { hash, bytes: new Uint8Array([0]), thumb }, true, NOW)
    await logHours(db, { ...hours, photos: [hash] }, NOW)
    await send(db, server)
    expect(await one(db, hash)).toMatchObject({ state: 'refused', word: 'photo_lost' })
  })
})

describe('a photo named in a second book', () => {
  const second = { ...rows[0]!, book: OTHER, id: OTHER, body: { ...rows[0]!.body, id: OTHER } as (typeof rows)[number]['body'] }

  async function uploaded() {
    const { db } = await enrolled()
    await db.docs.put(second)
    await db.books.put({ id: OTHER, seq: 1, chain: '', resetting: null })
    const hash = await logged(db)
    await db.outbox.toCollection().modify({ state: 'accepted' })
    const server = new Blobs()
    await send(db, server)
    expect(await one(db, hash)).toMatchObject({ state: 'there', books: [BOOK] })
    return { db, hash, server }
  }

  it('is shown to the server again, and brought where it asks for it', async () => {
    const { db, hash, server } = await uploaded()
    const done = await logHours(db, { ...hours, book: OTHER, photos: [hash] }, NOW + 1)
    expect(isRefused(done)).toBe(false)
    expect((await one(db, hash)).state).toBe('waiting')
    await db.outbox.toCollection().modify({ state: 'accepted' })
    server.has.clear()
    await send(db, server, NOW + 2)
    expect(server.puts()).toBe(2)
    expect((await one(db, hash)).books?.sort()).toEqual([BOOK, OTHER].sort())
    await queueNamed(db, NOW + 3)
    expect((await one(db, hash)).state).toBe('there')
  })

  it('is asked about once more when the op that names it was told later', async () => {
    const { db, hash, server } = await uploaded()
    await logHours(db, { ...hours, book: OTHER, photos: [hash] }, NOW + 1)
    await db.outbox.filter(({ book }) => book === OTHER).modify({ state: 'held' })
    // The server knows of the first book only, so it says: I have it.
    await send(db, server, NOW + 2)
    expect(await one(db, hash)).toMatchObject({ state: 'there', books: [BOOK] })
    await db.outbox.toCollection().modify({ state: 'accepted' })
    server.has.clear()
    await queueNamed(db, NOW + 3)
    await send(db, server, NOW + 4)
    expect(server.puts()).toBe(2)
  })

  it('is found in documents too, in results and beside what stands', async () => {
    const { db, hash } = await uploaded()
    const content = { photos: [hash] }
    const result = { id: 'r', kind: 'result', rivals: [{ content: { photos: ['x'] } }], content } as unknown as ResultDoc
    await db.docs.put({ book: OTHER, id: 'r', seq: 2, body: result })
    const names = await readPhotoNames(db)
    expect(names.get(hash)?.told).toEqual(new Set([BOOK, OTHER]))
    expect(names.get('x')?.told).toEqual(new Set([OTHER]))
    await queueNamed(db, NOW)
    expect((await one(db, hash)).state).toBe('waiting')
  })
})

describe('nothing that is only here is lost', () => {
  const door = { post: async () => ({ as: 'no_network' }), as: () => door } as unknown as Parameters<typeof leavePhone>[0]

  it('an account with photos to upload does not leave, until a file holds them', async () => {
    const { db } = await enrolled()
    const person = db.name.slice('jiangji-'.length)
    await putAccount({ id: person, name: '林一', login: 'lin', used_at: 1, locked: false })
    const hash = await logged(db)
    expect(await mayLeave(db)).toEqual({ refused: 'unsent_work' })
    await db.outbox.clear()
    expect(await mayLeave(db)).toEqual({ refused: 'unsent_photos' })
    expect(await leavePhone(door, person)).toEqual({ refused: 'unsent_photos' })
    expect((await readAccounts()).find(({ id }) => id === person)?.locked).toBe(false)
    // Leaving has not stayed half done.
    const later = await logged(db)
    await db.outbox.clear()
    const file = await exportUnsent(db, NOW)
    const told = JSON.parse(file.parts.join('')) as { photos: { hash: string; data: string }[] }
    expect(told.photos.map((photo) => photo.hash).sort()).toEqual([hash, later].sort())
    const [, data] = told.photos.find((photo) => photo.hash === hash)!.data.split('data:image/jpeg;base64,')
    const bytes: Bytes = Uint8Array.from(atob(data!), (sign) => sign.charCodeAt(0))
    expect(await hashOf(bytes)).toBe(hash)
    expect(await mayLeave(db)).toEqual({ refused: 'unsent_photos' })
    await noteExported(db, file)
    expect(await mayLeave(db)).toBeNull()
    db.close()
    expect(await leavePhone(door, person)).toBeNull()
    expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain(`jiangji-photos-${person}`)
  })

  it('a refused photo counts until it is saved as a file', async () => {
    const { db } = await enrolled()
    const hash = await logged(db)
    const server = new Blobs()
    server.put = () => json({ word: 'not_a_photo' }, 400)
    await send(db, server)
    expect(await countUnsavedPhotos(db)).toBe(1)
    const file = await photoFile(db, hash)
    expect(await hashOf(new Uint8Array(await file!.parts[0]!.arrayBuffer()))).toBe(hash)
    await notePhotoSaved(db, hash)
    expect(await countUnsavedPhotos(db)).toBe(0)
    expect((await one(db, hash)).state).toBe('refused')
  })

  it('room is made only of what the server has had for two weeks, and of what no form holds', async () => {
    const { db } = await enrolled()
    const [waiting, old, fresh] = [await logged(db), await logged(db), await logged(db)]
    const [inForm, inClaim, forgotten] = [await taken(db), await taken(db), await taken(db)]
    const draft = { ...blank('2026-11-20'), book: BOOK, photos: [inForm] }
    await putMeta(db, 'draft:x', { stamp: '1', draft })
    await putMeta(db, 'claim:x', { stamp: '1', draft: { book: BOOK, result: null, form: { ...blankClaim('2026-11-20'), photos: [inClaim] } } })
    const server = new Blobs()
    server.put = (hash) => (hash === old ? null : json({ word: 'not_found' }, 404))
    await send(db, server, NOW)
    await sweep(db, NOW)
    server.put = (hash) => (hash === fresh ? null : json({ word: 'not_found' }, 404))
    await send(db, server, NOW + 10 * DAY)
    await sweep(db, NOW + 10 * DAY)
    expect(await readFormPhotos(db)).toEqual(new Set([inForm, inClaim]))
    await sweep(db, NOW + 15 * DAY)
    const whole = async (hash: string) => (await readPicture(db, hash)) !== null
    expect([await whole(waiting), await whole(old), await whole(fresh)]).toEqual([true, false, true])
    expect(await readThumb(db, old)).not.toBeNull()
    await sweep(db, NOW + 15 * DAY, true)
    expect([await whole(waiting), await whole(fresh)]).toEqual([true, false])
    await sweep(db, NOW + 61 * DAY, true)
    expect([await whole(inForm), await whole(inClaim), await whole(forgotten), await whole(waiting)]).toEqual([true, true, false, true])
  })

  it('what the server made of a photo never takes the place of the one that was taken', async () => {
    const { db } = await enrolled()
    const hash = await logged(db)
    await keepPhoto(db, { hash, bytes: new Uint8Array([9]), thumb }, false, NOW)
    expect(await hashOf(new Uint8Array(await (await readPicture(db, hash))!.arrayBuffer()))).toBe(hash)
    expect((await one(db, hash)).own).toBe(true)
    // Once the whole picture is gone, it may be fetched, and is never uploaded again.
    await send(db, new Blobs())
    await sweep(db, NOW)
    await sweep(db, NOW + 20 * DAY)
    await keepPhoto(db, { hash, bytes: new Uint8Array([9]), thumb }, false, NOW + 20 * DAY)
    await minePhotosAgain(db, 'e1')
    await minePhotosAgain(db, 'e2')
    expect(await one(db, hash)).toMatchObject({ own: false, state: 'there' })
  })

  it('a restored server is shown every photo that is still whole', async () => {
    const { db } = await enrolled()
    const hash = await logged(db)
    const server = new Blobs()
    await minePhotosAgain(db, 'e1')
    await send(db, server)
    await minePhotosAgain(db, 'e1')
    expect((await one(db, hash)).state).toBe('there')
    server.has.clear()
    await minePhotosAgain(db, 'e2')
    await send(db, server)
    expect(server.has.has(hash)).toBe(true)
  })

  it('a phone without room says so and keeps nothing half', async () => {
    const { db } = await enrolled()
    const bytes: Bytes = new Uint8Array([7, 7])
    const hash = await hashOf(bytes)
    await taken(db)
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function () {
      throw new DOMException('no room', 'QuotaExceededError')
    })
    expect(await keepPhoto(db, { hash, bytes, thumb }, true, NOW)).toEqual({ trouble: 'phone_full' })
    put.mockRestore()
    expect(await readPhotos(db, [hash])).toEqual([])
    expect(await readPicture(db, hash)).toBeNull()
    expect(isRefused(await logHours(db, hours, NOW))).toBe(false)
  })
})
