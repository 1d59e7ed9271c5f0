import { Dexie } from 'dexie'
import { describe, expect, it } from 'vitest'
import { accountDb, accountDbName } from '../../src/db/account/account'
import { readHave } from '../../src/db/book/page'

describe('documents of an earlier build', () => {
  it('stay until their book has come anew, and it is asked for from its beginning', async () => {
    const old = new Dexie(accountDbName('older'))
    old.version(2).stores({
      keys: 'name', outbox: 'id, state, book, doc', kept: 'id, book, doc, kept_at', docs: '[book+id], book, [book+seq]',
      staging: '[book+id], book', books: 'id', people: 'id', meta: 'name',
    })
    await old.table('books').put({ id: 'b', seq: 7, chain: 'c', resetting: null })
    await old.table('docs').put({ book: 'b', id: 'd', seq: 7, body: { id: 'd' } })
    old.close()
    const db = accountDb('older')
    expect(await readHave(db)).toEqual({ b: [0, ''] })
    expect(await db.docs.count()).toBe(1)
    expect(await db.books.get('b')).toMatchObject({ seq: 7, chain: 'c' })
    db.close()
  })
})
