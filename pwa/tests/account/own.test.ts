/* Which book a screen is about: never somebody else's by accident. */
import { effectScope } from 'vue'
import { expect, it, vi } from 'vitest'
import { useOwnBook } from '../../src/use/book/book'
import { BOOK, enrolled } from '../cast'

it('is the one asked for, else my own first, and nobody else\'s', async () => {
  const { db } = await enrolled()
  const head = (await db.docs.toArray()).find(({ id }) => id === BOOK)!
  const owner = (head.body as { apprentice: string }).apprentice
  const scope = effectScope()
  const [mine, others, asked] = scope.run(() => [useOwnBook(db, owner, () => ''), useOwnBook(db, 'somebody', () => ''), useOwnBook(db, 'somebody', () => BOOK)])!
  await vi.waitFor(() => expect([mine, others, asked].every(({ read }) => read.value)).toBe(true))
  expect(mine!.which.value).toBe(BOOK)
  expect(others!.books.value.map(({ id }) => id)).toContain(BOOK)
  expect(others!.which.value).toBeNull()
  expect(asked!.which.value).toBe(BOOK)
  scope.stop()
})
