/* The queue under one's hands: what was decided keeps its place, what is gone says why, what has come stands at the end. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createRenderer, defineComponent, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { createDesk, DESK, type Wire } from '../../src/use/desk/ask'
import { useDeskList, type DeskList } from '../../src/use/desk/list'
import { useDeciding } from '../../src/pages/desk/queue/deciding'
import { isAcceptable, isClean, keyOf, type QueueRow } from '../../src/pages/desk/queue/rows'
import { useSteady } from '../../src/pages/desk/queue/steady'

vi.stubGlobal('document', { addEventListener: vi.fn(), removeEventListener: vi.fn(), visibilityState: 'visible', documentElement: {} })
vi.stubGlobal('window', { addEventListener: vi.fn(), removeEventListener: vi.fn() })

const rowOf = (id: string, change: Partial<QueueRow> = {}): QueueRow => ({
  id, book_id: 'b', version: 'v', person: '陈嘉豪', class_name: null, enterprise: null, day: '2026-11-20', start: 480, end: 600, rest: 0,
  state: 'signed', module_name: 'M', place_kind: 'post', place_name: null, text: '', photos: 0, late_reason: null, signers: [], claimed_minutes: 120,
  confirmed_minutes: 120, counted_minutes: 120, credited_minutes: 0, reasons: [], rivals: 0, clean: 3, grade: 'B', flags: [], moved_at: 1,
  moved_by: null, said: null, mine: false, ...change,
})

interface Server {
  page: QueueRow[]
  now: Record<string, QueueRow>
  verdict: { as: string; word?: string }
  sent: { path: string; body: Record<string, unknown> }[]
}

let close: () => void = () => undefined
afterEach(() => close())

async function open(server: Server) {
  const wire: Wire = {
    ask: ({ path, body }) => {
      const said = body as { entries?: { id: string }[] }
      if (body) server.sent.push({ path, body: body as Record<string, unknown> })
      const answer = path.endsWith('/look')
        ? { items: said.entries!.map(({ id }) => server.now[id]).filter(Boolean) }
        : path.endsWith('/acts') ? { id: 'op', verdict: server.verdict } : { items: server.page, total: server.page.length, page: 1 }
      return Promise.resolve({ as: 'answer', answer } as never)
    },
    fetchFile: () => Promise.resolve({ as: 'no_network' }),
  }
  let list: DeskList<QueueRow>
  let steady: ReturnType<typeof useSteady>
  let deciding: ReturnType<typeof useDeciding>
  const gone: (string | undefined)[] = []
  const page = defineComponent(() => {
    list = useDeskList<QueueRow>('/api/desk/queue', ['state'], { key: keyOf })
    steady = useSteady(list)
    deciding = useDeciding(steady, (row) => gone.push(row?.id))
    return () => h('p')
  })
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)*', component: page }] })
  await router.push('/queue')
  const nothing = () => undefined
  const node = () => ({})
  const app = createRenderer<object, object>({
    createElement: node, createText: node, createComment: node, insert: nothing, remove: nothing, patchProp: nothing,
    setText: nothing, setElementText: nothing, parentNode: () => null, nextSibling: () => null,
  }).createApp(page)
  app.provide(DESK, createDesk(wire, { read: () => '', write: () => undefined })).use(router)
  app.mount({})
  close = () => app.unmount()
  await vi.waitFor(() => expect(list!.busy.value).toBe(false))
  return { list: list!, steady: steady!, deciding: deciding!, gone }
}

const serverOf = (...rows: QueueRow[]): Server => ({ page: rows, now: {}, verdict: { as: 'accepted' }, sent: [] })
const ids = (rows: readonly QueueRow[]) => rows.map(({ id, state }) => `${id} ${state}`)

describe('a page of the queue', () => {
  it('keeps the place of what another has decided, and puts what has come at the end', async () => {
    const server = serverOf(rowOf('a'), rowOf('b'), rowOf('c'))
    const { list, steady } = await open(server)
    server.page = [rowOf('z'), rowOf('a'), rowOf('c')]
    server.now.b = rowOf('b', { state: 'credited', moved_by: '何志坚' })
    await list.load()
    await vi.waitFor(() => expect(ids(steady.rows.value)).toEqual(['a signed', 'b credited', 'c signed', 'z signed']))
    expect([...steady.moved.value]).toEqual(['b.b'])
    await list.load()
    expect(server.sent.filter(({ path }) => path.endsWith('/look'))).toHaveLength(1)
  })

  it('begins anew with another filter', async () => {
    const server = serverOf(rowOf('a'), rowOf('b'))
    const { list, steady } = await open(server)
    server.page = [rowOf('b')]
    list.set('state', 'credited')
    await vi.waitFor(() => expect(ids(steady.rows.value)).toEqual(['b signed']))
  })

  it('goes on to the next that waits, and back when there is none behind', async () => {
    const server = serverOf(rowOf('a'), rowOf('b'), rowOf('c'))
    const { steady, deciding, gone } = await open(server)
    for (const id of ['b', 'c', 'a']) {
      server.now[id] = rowOf(id, { state: 'credited' })
      deciding.accept(steady.rows.value.find((row) => row.id === id)!)
      await vi.waitFor(() => expect(steady.moved.value.has(`b.${id}`)).toBe(true))
    }
    expect(gone).toEqual(['c', 'a', undefined])
    expect(ids(steady.rows.value)).toEqual(['a credited', 'b credited', 'c credited'])
    expect(server.sent.filter(({ path }) => path.endsWith('/acts')).map(({ body }) => body.body)).toEqual(Array(3).fill({ minutes: 120, note: null }))
  })

  it('presses twice and sends once', async () => {
    const server = serverOf(rowOf('a'), rowOf('b'))
    const { steady, deciding } = await open(server)
    deciding.accept(steady.rows.value[0]!)
    deciding.accept(steady.rows.value[0]!)
    await vi.waitFor(() => expect(steady.pending.value.size).toBe(0))
    expect(server.sent.filter(({ path }) => path.endsWith('/acts'))).toHaveLength(1)
  })

  it('asks what one goes by before it credits hours whose presence nothing proves', async () => {
    const row = rowOf('a', { reasons: ['UNPROVEN'], clean: 1 })
    const server = serverOf(row)
    const { deciding } = await open(server)
    const acts = () => server.sent.filter(({ path }) => path.endsWith('/acts')).map(({ body }) => body.body)
    deciding.accept(row)
    expect([acts(), deciding.noting.value]).toEqual([[], { row, minutes: 120 }])
    deciding.explain('the trainer saw him')
    await vi.waitFor(() => expect(acts()).toEqual([{ minutes: 120, note: 'the trainer saw him' }]))
    expect(deciding.noting.value).toBe(null)
  })

  it('takes a second tap so soon for the one before', async () => {
    const server = serverOf(rowOf('a'), rowOf('b'))
    const { steady, deciding } = await open(server)
    deciding.tap(steady.rows.value[0]!, 120)
    deciding.tap(steady.rows.value[1]!, 120)
    await vi.waitFor(() => expect(steady.pending.value.size).toBe(0))
    expect(server.sent.filter(({ path }) => path.endsWith('/acts')).map(({ body }) => body.doc)).toEqual(['a'])
  })

  it.each([['logged', 120], ['returned', 120], ['signed', 0], ['queried', 0]])('closes what is %s at no minute, for a reason', async (state, counted_minutes) => {
    const row = rowOf('a', { state, counted_minutes, clean: 0 } as Partial<QueueRow>)
    const server = serverOf(row)
    const { deciding } = await open(server)
    const acts = () => server.sent.filter(({ path }) => path.endsWith('/acts')).map(({ body }) => [body.kind, body.body])
    deciding.accept(row)
    expect([acts(), deciding.dropping.value]).toEqual([[], row])
    deciding.setAside('nobody signed it')
    await vi.waitFor(() => expect(acts()).toEqual([['entry.credited', { minutes: 0, note: 'nobody signed it' }]]))
    expect(deciding.dropping.value).toBe(null)
  })

  it('tells what did not go as meant, and sends nothing that cannot go', async () => {
    const server = serverOf(rowOf('a'), rowOf('b', { state: 'withdrawn', clean: 0 }), rowOf('c', { mine: true }))
    const { steady, deciding } = await open(server)
    server.verdict = { as: 'refused', word: 'wrong_state' }
    server.now.a = rowOf('a', { state: 'credited', moved_by: '何志坚' })
    deciding.accept(steady.rows.value[0]!)
    await vi.waitFor(() => expect(deciding.outcomes.value.map(({ key, good }) => [key, good])).toEqual([['b.a', false]]))
    deciding.accept(steady.rows.value[1]!)
    deciding.accept(steady.rows.value[2]!)
    deciding.ask(steady.rows.value[2]!)
    expect(deciding.outcomes.value.map(({ key }) => key)).toEqual(['b.c', 'b.b', 'b.a'])
    expect([deciding.asking.value, server.sent.filter(({ path }) => path.endsWith('/acts')).length]).toEqual([null, 1])
  })
})

describe('an entry', () => {
  it.each([
    [{}, true, true],
    [{ clean: 2, counted_minutes: 90 }, false, true],
    [{ flags: ['burst'] }, false, true],
    [{ mine: true }, false, false],
    [{ clean: 0, rivals: 1 }, false, false],
    [{ clean: 0, counted_minutes: 0 }, false, false],
    [{ state: 'credited' }, false, false],
    [{ state: 'queried' }, false, true],
  ])('%o is clean: %s, is accepted by one key: %s', (change, clean, acceptable) => {
    const row = rowOf('a', change)
    expect([isClean(row), isAcceptable(row)]).toEqual([clean, acceptable])
  })
})
