import { describe, expect, it } from 'vitest'
import { deliver, takenBack } from '../src/actions/delivery'
import { logHours } from '../src/actions/hours'
import { isRefused, type Door, type Knock } from '../src/actions/door'
import { activate, listAccounts, logOut } from '../src/actions/session'
import { accountDb } from '../src/db/account'
import { putMeta } from '../src/db/meta'
import { storePage } from '../src/db/page'
import { enrolled, hours } from './cast'
import { page } from './world'

const act = { book: 'b', kind: 'note.added', of: null, body: { text: 'x' } }
const row = (id: string) => ({ id, jws: `jws-${id}`, book: 'b', doc: `d-${id}`, kind: 'note.added', at: 1, carried: false })

describe('where nothing may be kept', () => {
  it('a save is done once the server has accepted it', async () => {
    const { db } = await enrolled()
    const done = deliver(db, [act], [row('a')], 5000)
    await new Promise((go) => setTimeout(go, 30))
    await storePage(db, page({ verdicts: { a: { as: 'accepted', seq: 4 } } }), {}, 9)
    expect(await done).toBeNull()
  })

  it('a refusal is told and nothing of it stays', async () => {
    const { db } = await enrolled()
    const done = deliver(db, [act], [row('r')], 5000)
    await new Promise((go) => setTimeout(go, 30))
    await storePage(db, page({ verdicts: { r: { as: 'refused', word: 'month_locked' } } }), {}, 9)
    expect(await done).toEqual({ refused: 'month_locked' })
    expect(await db.outbox.count()).toBe(0)
  })

  it('what nobody answered is taken back, and the same saved again is the same op', async () => {
    const { db } = await enrolled()
    expect(await deliver(db, [act], [row('t')], 40)).toEqual({ refused: 'not_delivered' })
    expect(await db.outbox.count()).toBe(0)
    expect(takenBack(db, [act])?.map(({ id }) => id)).toEqual(['t'])
    expect(takenBack(db, [{ ...act, body: { text: 'y' } }])).toBeUndefined()
  })

  it('hours are sent, not kept: the form hears that they did not go', async () => {
    const { db } = await enrolled()
    await putMeta(db, 'once', true)
    const saving = logHours(db, hours, 7)
    await new Promise((go) => setTimeout(go, 50))
    const [sent] = await db.outbox.toArray()
    await storePage(db, page({ verdicts: { [sent!.id]: { as: 'accepted', seq: 4 } } }), {}, 9)
    expect(isRefused(await saving)).toBe(false)
  })
})

describe('logging out inside WeChat', () => {
  const me = (id: string) => ({ person: { id, name: '林一', login: 'lin' }, epoch: 'e', server_key: { crv: 'P-256', kty: 'EC', x: 'x', y: 'y' } })

  function doors(id: string, online: () => boolean) {
    const knocked: string[] = []
    const door: Door = {
      async post<T>(path: string, body: unknown) {
        knocked.push(path)
        // The server takes no field it does not know.
        if (path === '/api/activation' && Object.keys(body as object).sort().join() !== 'code,label,login,password,proof,shared') return { as: 'refused', word: 'bad_request' } as Knock<T>
        if (!online()) return { as: 'no_network' } as Knock<T>
        return { as: 'answer', answer: path === '/api/devices' ? { certificate: 'c' } : me(id) } as Knock<T>
      },
      get: async <T>() => ({ as: 'no_network' }) as Knock<T>,
      put: async <T>() => ({ as: 'no_network' }) as Knock<T>,
      drop: async <T>() => ({ as: 'no_network' }) as Knock<T>,
      as: () => door,
    }
    return { door, knocked }
  }

  it('retires the key and leaves nothing behind', async () => {
    const { door, knocked } = doors('wx1', () => true)
    await activate(door, { login: 'lin', code: 'ABCDE-FGHJK' }, { password: 'a long one', label: '微信', shared: false, once: true }, 1)
    const key = await accountDb('wx1').keys.get('device')
    await logOut(door, 'wx1')
    expect(knocked).toContain(`/api/devices/${key!.id}/revoke`)
    expect((await listAccounts()).map(({ id }) => id)).not.toContain('wx1')
    expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain('jiangji-wx1')
  })

  it('only locks while the server cannot be told', async () => {
    let online = true
    const { door } = doors('wx2', () => online)
    await activate(door, { login: 'lin', code: 'ABCDE-FGHJK' }, { password: 'a long one', label: '微信', shared: false, once: true }, 1)
    online = false
    await logOut(door, 'wx2')
    expect((await listAccounts()).find(({ id }) => id === 'wx2')?.locked).toBe(true)
    expect(await accountDb('wx2').keys.get('device')).toBeDefined()
  })
})
