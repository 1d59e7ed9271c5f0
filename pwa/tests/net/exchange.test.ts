import { describe, expect, it } from 'vitest'
import { exchange } from '../../src/net/exchange'
import { START } from '../../src/net/pace'
import { json, lineTo, phone, Server, settle, states, write } from '../world'

const signal = () => new AbortController().signal

describe('the exchange', () => {
  it('brings everything, and a second time changes nothing', async () => {
    const [db, server] = [await phone(), new Server()]
    for (let n = 0; n < 120; n += 1) await write(db, `op${String(n).padStart(3, '0')}`, n)
    await settle(lineTo(db, server.fetching))
    expect(server.docs.size).toBe(120)
    expect(await states(db)).toEqual({})
    expect(server.asked.every((asked) => asked.ops.length <= 50)).toBe(true)
    const before = await db.docs.toArray()
    await settle(lineTo(db, server.fetching))
    expect(await db.docs.toArray()).toEqual(before)
    expect(server.seq).toBe(120)
  })

  it('loses and doubles nothing when answers are lost', async () => {
    const [db, server] = [await phone(), new Server()]
    for (const id of ['a', 'b', 'c']) await write(db, id)
    let cut = 2
    const wire = async (path: string, init: RequestInit) => {
      const answer = await server.fetching(path, init)
      if (cut-- > 0) throw new TypeError('connection reset')
      return answer
    }
    await settle(lineTo(db, wire))
    expect(server.docs.size).toBe(3)
    expect(await states(db)).toEqual({})
  })

  it('sets the one op aside that makes the server fail, and brings the others', async () => {
    const [db, server] = [await phone(), new Server()]
    server.poison = 'op3'
    for (let n = 0; n < 8; n += 1) await write(db, `op${n}`, n)
    await settle(lineTo(db, server.fetching))
    expect(await states(db)).toEqual({ op3: 'stuck' })
    expect(server.docs.size).toBe(7)
  })

  it('blames no op when the server fails without any', async () => {
    const db = await phone()
    await write(db, 'x')
    let pace = START
    for (let n = 0; n < 12; n += 1) pace = (await exchange(lineTo(db, async () => json({}, 500)), pace, signal())).step.pace
    expect(await states(db)).toEqual({ x: 'waiting' })
    expect((await db.outbox.get('x'))?.tries).toBe(0)
  })

  it('halves on 413 and sets a single op that is too large aside', async () => {
    const [db, server] = [await phone(), new Server()]
    for (let n = 0; n < 9; n += 1) await write(db, `op${n}`, n)
    const wire = async (path: string, init: RequestInit) => {
      const asked = JSON.parse(String(init.body)) as { ops: string[] }
      const tooLarge = asked.ops.length > 2 || asked.ops.includes('jws-op4')
      return tooLarge ? json({ word: 'too_large' }, 413) : server.fetching(path, init)
    }
    await settle(lineTo(db, wire))
    expect(await states(db)).toEqual({ op4: 'stuck' })
    expect(server.docs.size).toBe(8)
  })

  it.each([
    ['a session that ended', async () => json({ word: 'login' }, 401), 'login'],
    ['a hotel page', async () => new Response('<html>welcome', { headers: { 'content-type': 'text/html' } }), 'no_network'],
    ['JSON that is not ours', async () => json({ hello: 1 }), 'no_network'],
    ['a busy server', async () => json({}, 503, { 'retry-after': '7' }), 'later'],
  ])('keeps every op with %s', async (_, wire, outcome) => {
    const db = await phone()
    await write(db, 'x')
    const round = await exchange(lineTo(db, wire), START, signal())
    expect(round.outcome).toBe(outcome)
    expect(await states(db)).toEqual({ x: 'waiting' })
    if (outcome === 'later') expect(round.step.wait_ms).toBe(7000)
  })

  it('refills a server restored from an older backup', async () => {
    const [db, server] = [await phone(), new Server()]
    for (const id of ['a', 'b', 'c']) await write(db, id)
    await settle(lineTo(db, server.fetching))
    const restored = new Server()
    restored.epoch = 'e2'
    await settle(lineTo(db, restored.fetching))
    expect([...restored.docs.keys()].sort()).toEqual(['d-a', 'd-b', 'd-c'])
    await settle(lineTo(db, restored.fetching))
    expect((await db.docs.toArray()).map((row) => row.id).sort()).toEqual(['d-a', 'd-b', 'd-c'])
    expect(await states(db)).toEqual({})
  })

  it('is right with two tabs at once', async () => {
    const [db, server] = [await phone(), new Server()]
    for (let n = 0; n < 30; n += 1) await write(db, `op${n}`, n)
    const line = lineTo(db, server.fetching)
    await Promise.all([exchange(line, START, signal()), exchange(line, START, signal())])
    await settle(line)
    expect(server.docs.size).toBe(30)
    expect(await db.docs.count()).toBe(30)
    expect(await states(db)).toEqual({})
  })

  it('slows down for a verdict it does not know', async () => {
    const [db, server] = [await phone(), new Server()]
    await write(db, 'x')
    server.judge = () => ({ as: 'pondered' }) as never
    const round = await exchange(lineTo(db, server.fetching), START, signal())
    expect(await states(db)).toEqual({ x: 'waiting' })
    expect(round.step.wait_ms).toBeGreaterThan(0)
  })
})
