/* A phone on which more than one person writes is a shared one, whoever ticked what. */
import { expect, it } from 'vitest'
import { isRefused } from '../../src/actions/refused'
import { logHours } from '../../src/actions/book/hours'
import { markLeaving, putAccount } from '../../src/db/account/accounts'
import { parseOp } from '../../src/sync/op'
import { isRefusal } from '../../src/sync/errors'
import { enrolled, hours, LIN } from '../cast'

const account = (id: string, name: string) => ({ id, name, login: name, used_at: 1, locked: false })

it('hours say so from the second account on, and no longer once that is taken off', async () => {
  const { db } = await enrolled()
  const shared = async (start: number): Promise<unknown> => {
    const made = await logHours(db, { ...hours, start, end: start + 60, break: 0 }, 60_000)
    if (isRefused(made)) throw new Error(made.refused)
    const op = parseOp((await db.outbox.get(made.id))!.jws)
    return isRefusal(op) ? op.word : op.fields?.shared
  }
  await putAccount(account(LIN, 'lin'))
  expect(await shared(480)).toBe(false)
  await putAccount(account('22222222-2222-4222-8222-222222222222', 'chen'))
  expect(await shared(600)).toBe(true)
  await markLeaving('22222222-2222-4222-8222-222222222222')
  expect(await shared(720)).toBe(false)
})
