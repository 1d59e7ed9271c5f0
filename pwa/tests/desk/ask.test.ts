/* Who sits at the desk: a session that ran out is renewed in place, a proof is asked once for all that need it. */
import { describe, expect, it, vi } from 'vitest'
import { createDesk, type Knock, type Wire } from '../../src/use/desk/ask'
import { nameOf } from '../../src/net/desk'

const role = (name: string, org: string) => ({ role: name, org, org_name: `name of ${org}` })
const me = (id = 'p1', roles = [role('coordinator', 'college'), role('mentor', 'firm'), role('base_admin', 'works'), role('authority', 'college')]) => ({
  as: 'answer' as const,
  answer: { person: { id, name: 'Yang', login: 'yang', roles }, session: { kind: 'desk', asks: 'nothing' } },
})

function deskWith(...answers: Knock<unknown>[]) {
  const sent: { path: string; desk: string; method: string }[] = []
  const wire: Wire = {
    ask: (asked) => {
      sent.push(asked)
      return Promise.resolve((answers.shift() ?? { as: 'no_network' }) as never)
    },
    fetchFile: () => Promise.resolve({ as: 'no_network' }),
  }
  const written: string[] = []
  return { desk: createDesk(wire, { read: () => '', write: (org) => written.push(org) }), sent, answers, written }
}

describe('the desk', () => {
  it('has a seat for each organisation at which somebody has a role of the desk', async () => {
    const { desk, sent, written } = deskWith(me(), { as: 'answer', answer: {} }, { as: 'answer', answer: {} })
    await desk.start()
    expect(desk.state.value).toBe('in')
    expect(desk.me.value?.seats.map(({ org, roles }) => [org, roles])).toEqual([['college', ['coordinator', 'authority']], ['works', ['base_admin']]])
    await desk.get('/api/x')
    desk.sit('works')
    await desk.get('/api/x')
    expect(sent.slice(1).map((one) => one.desk)).toEqual(['college', 'works'])
    expect(written).toEqual(['works'])
  })

  it('is not open before the second factor has been shown', async () => {
    const asks = (what: string) => ({ ...me(), answer: { ...me().answer, session: { kind: 'desk', asks: what } } })
    const { desk, answers } = deskWith(asks('factor'))
    await desk.logIn('yang', 'x')
    expect([desk.state.value, desk.asks.value, desk.me.value]).toEqual(['out', 'factor', null])
    answers.push(me())
    await desk.start()
    expect([desk.state.value, desk.asks.value, desk.me.value?.name]).toEqual(['in', 'nothing', 'Yang'])
  })

  it('is not opened by the session of a phone', async () => {
    const answer = me()
    const { desk } = deskWith({ ...answer, answer: { ...answer.answer, session: { kind: 'phone', asks: 'nothing' } } })
    await desk.start()
    expect([desk.state.value, desk.me.value]).toEqual(['out', null])
  })

  it('sends away who has no role there, and ends that session', async () => {
    const { desk, sent } = deskWith(me('p1', [role('mentor', 'firm')]), { as: 'answer', answer: {} })
    expect(await desk.logIn('zhou', 'x')).toMatchObject({ as: 'refused', word: 'no_desk' })
    expect(sent.at(-1)?.path).toBe('/api/logout')
    expect(desk.state.value).toBe('asking')
  })

  it('asks again when the same person has come in again, and not for another one', async () => {
    const { desk, answers } = deskWith(me(), { as: 'login' })
    await desk.start()
    const asked = desk.post('/api/x', { n: 1 })
    await vi.waitFor(() => expect(desk.state.value).toBe('away'))
    answers.push(me(), { as: 'answer', answer: { done: true } })
    await desk.logIn('yang', 'x')
    expect(await asked).toEqual({ as: 'answer', answer: { done: true } })

    answers.push({ as: 'login' })
    const other = desk.post('/api/x', { n: 2 })
    await vi.waitFor(() => expect(desk.state.value).toBe('away'))
    answers.push(me('p2'))
    await desk.logIn('other', 'x')
    expect(await other).toMatchObject({ as: 'refused', word: 'login' })
  })

  it('asks for one proof for all that wait for it, and gives up when somebody does', async () => {
    const prove: Knock<unknown> = { as: 'refused', word: 'prove_again' }
    const { desk, answers } = deskWith(me(), prove, prove)
    await desk.start()
    const both = Promise.all([desk.post('/api/a'), desk.post('/api/b')])
    await vi.waitFor(() => expect(desk.proving.value).not.toBeNull())
    answers.push({ as: 'answer', answer: 1 }, { as: 'answer', answer: 2 })
    desk.proving.value?.(true)
    expect((await both).map((one) => one.as)).toEqual(['answer', 'answer'])
    expect(desk.proving.value).toBeNull()

    answers.push(prove)
    const again = desk.post('/api/a')
    await vi.waitFor(() => expect(desk.proving.value).not.toBeNull())
    desk.proving.value?.(false)
    expect(await again).toMatchObject({ as: 'refused', word: 'prove_again' })
  })
})

describe('the name of a file', () => {
  it('is read as the server writes it', () => {
    expect(nameOf("attachment; filename=\"x.xlsx\"; filename*=UTF-8''%E5%8F%B0%E8%B4%A6.xlsx")).toBe('台账.xlsx')
    expect(nameOf('attachment; filename="x.xlsx"')).toBe('x.xlsx')
    expect(nameOf("attachment; filename=y.pdf; filename*=UTF-8''%E5")).toBe('y.pdf')
    expect(nameOf(null)).toBe('jiangji')
  })
})
