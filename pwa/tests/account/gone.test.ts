import { describe, expect, it } from 'vitest'
import type { Door, Knock } from '../../src/actions/door/door'
import { unlock } from '../../src/actions/door/enter'
import { leavePhone } from '../../src/actions/door/leave'
import { openSigning, setPin } from '../../src/actions/door/pin'
import { accountDb } from '../../src/db/account/account'
import { finishWiping, putAccount, readAccounts, wipeAccount } from '../../src/db/account/accounts'
import { putKey } from '../../src/db/account/keys'
import { putMeta, readMeta } from '../../src/db/account/meta'
import { closeOutbox } from '../../src/db/book/outbox'
import { storeCarried, storePage } from '../../src/db/book/page'
import { keepPhoto } from '../../src/db/form/photos'
import { makeKey } from '../../src/device/key'
import { bookPage, note, page, states, write } from '../world'

const names = async () => (await indexedDB.databases()).map(({ name }) => name)
const photo = { hash: 'h', bytes: new Uint8Array([1]), thumb: new Uint8Array([1]) }
const late = page({ books: [bookPage(1, 'c', [note('n', 1)])] })
const GONE = { trouble: 'account_gone' }

async function account(id: string) {
  const db = accountDb(id)
  await putMeta(db, 'person', { id, name: 'x', login: 'x' })
  await putAccount({ id, name: 'x', login: 'x', used_at: 1, locked: false })
  return db
}

/** A server that dies while it is told that the key is no more. */
const dying = (): Door => {
  const door = {
    as: () => door,
    post: (path: string) => (path.includes('/revoke') ? Promise.reject(new Error('killed here')) : Promise.resolve({ as: 'no_network' } as Knock<never>)),
  }
  return door as unknown as Door
}

describe('an account that was taken off', () => {
  it.each(['leaving', 'wiped'])('gets nothing back from late answers: %s', async (how) => {
    const id = `gone-${how}`
    const db = await account(id)
    await write(db, 'x')
    expect(await keepPhoto(db, photo, false, 1)).toBeNull()
    if (how === 'wiped') await wipeAccount(id)
    else await putMeta(db, 'leaving', true)
    expect(await storePage(db, late, {}, 1)).toEqual(GONE)
    expect(await storeCarried(db, { x: { as: 'accepted', seq: 1 } }, 1)).toEqual(GONE)
    expect(await keepPhoto(db, { ...photo, hash: 'other' }, false, 1)).toEqual(GONE)
    expect(await db.docs.count()).toBe(0)
    expect(await states(db)).toEqual(how === 'wiped' ? {} : { x: 'waiting' })
    expect((await names()).includes(`jiangji-photos-${id}`)).toBe(how === 'leaving')
    db.close()
  })

  it('a start drops what has no account any more, and nothing that holds a key or work', async () => {
    for (const id of ['left-1', 'left-2', 'left-3']) await accountDb(id).books.put({ id: 'b', seq: 1, chain: '', resetting: null })
    await putKey(accountDb('left-2'), await makeKey())
    await account('left-3')
    await accountDb('left-4').meta.put({ name: 'shared', body: true })
    await finishWiping()
    const left = (await names()).filter((name) => name?.startsWith('jiangji-left'))
    expect(left.sort()).toEqual(['jiangji-left-2', 'jiangji-left-3', 'jiangji-left-4'])
    expect(await names()).toContain('jiangji-accounts')
  })
})

describe('leaving that was cut off', () => {
  it('after the key was told away, nothing is opened by the PIN and the next start finishes it', async () => {
    const db = await account('cut-1')
    await putKey(db, await makeKey())
    await setPin(db, '1234')
    await expect(leavePhone(dying(), 'cut-1')).rejects.toThrow('killed here')
    expect(await unlock('cut-1', '1234', 1)).toEqual({ refused: 'login' })
    expect(await write(accountDb('cut-1'), 'y')).toEqual(GONE)
    expect((await readAccounts()).map(({ id }) => id)).not.toContain('cut-1')
    db.close()
    await finishWiping()
    expect(await names()).not.toContain('jiangji-cut-1')
  })

  it('before that, the account stays, and asks for the password', async () => {
    const db = await account('cut-2')
    await setPin(db, '1234')
    await closeOutbox(db)
    expect(await unlock('cut-2', '1234', 1)).toEqual({ refused: 'login' })
    db.close()
    await finishWiping()
    expect((await readAccounts()).map(({ id }) => id)).toContain('cut-2')
  })
})

describe('the PIN tried side by side', () => {
  it('counts every try', async () => {
    const db = await account('pin-1')
    await setPin(db, '2468')
    const tries = ['0000', '0001', '0002', '0003', '0004', '0005', '2468'].map((typed) => openSigning(db, typed, 1000))
    expect((await Promise.all(tries)).map((refused) => refused?.refused)).toEqual([...Array<string>(4).fill('pin_wrong'), ...Array<string>(3).fill('pin_wait')])
    expect((await readMeta(db, 'pin'))?.wrong).toBe(5)
    expect(await openSigning(db, '2468', 31_000)).toBeNull()
    expect(await readMeta(db, 'pin')).toMatchObject({ wrong: 0, wait_until: 0 })
  })
})
