/* A list of the desk's: what it asks for is in the address, and what was chosen stays chosen while it is fetched again. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createRenderer, defineComponent, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { createDesk, DESK, type Wire } from '../../src/use/desk/ask'
import { useDeskList, type DeskList } from '../../src/use/desk/list'

interface Row {
  id: string
}

const rowsOf = (...ids: string[]): Row[] => ids.map((id) => ({ id }))
// A browser's, as far as a list asks for it.
vi.stubGlobal('document', { addEventListener: vi.fn(), removeEventListener: vi.fn(), visibilityState: 'visible' })
vi.stubGlobal('window', { addEventListener: vi.fn(), removeEventListener: vi.fn() })

let close: () => void = () => undefined
afterEach(() => close())

async function listAt(address: string, answer: (path: string) => unknown, by: 'page' | 'after' = 'page') {
  const asked: string[] = []
  const wire: Wire = {
    ask: ({ path }) => {
      asked.push(path)
      return Promise.resolve(answer(path) as never)
    },
    fetchFile: () => Promise.resolve({ as: 'no_network' }),
  }
  let list: DeskList<Row> | undefined
  const page = defineComponent(() => {
    list = useDeskList<Row>('/api/rows', ['state', 'text'], { by, size: 2, sort: '-day' })
    return () => h('p')
  })
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/rows', component: page }, { path: '/:rest(.*)*', component: { render: () => h('p') } }] })
  await router.push(address)
  const nothing = () => undefined
  const node = () => ({})
  const nodes = {
    createElement: node, createText: node, createComment: node, insert: nothing, remove: nothing, patchProp: nothing,
    setText: nothing, setElementText: nothing, parentNode: () => null, nextSibling: () => null,
  }
  const app = createRenderer<object, object>(nodes).createApp(page)
  app.provide(DESK, createDesk(wire, { read: () => '', write: () => undefined })).use(router)
  app.mount({})
  close = () => app.unmount()
  await router.isReady()
  await vi.waitFor(() => expect(list?.busy.value).toBe(false))
  return { list: list!, asked, router }
}

const page = (items: Row[], total: number) => ({ as: 'answer', answer: { items, total, page: 1 } })

describe('a list of the desk', () => {
  it('asks as the address says', async () => {
    const { list, asked } = await listAt('/rows?state=open&page=3&sort=name&other=1', () => page(rowsOf('a'), 5))
    expect(asked).toEqual(['/api/rows?state=open&sort=name&page=3&size=2'])
    expect([list.page.value, list.last.value, list.filters.value]).toEqual([3, true, { state: 'open' }])
  })

  it('puts a filter into the address, goes back to the first page, and lets go of what was chosen', async () => {
    const { list, asked, router } = await listAt('/rows?page=2&keep=1', () => page(rowsOf('a', 'b'), 9))
    list.choose('a', true)
    list.set('state', 'open')
    await vi.waitFor(() => expect(router.currentRoute.value.query).toEqual({ state: 'open', keep: '1' }))
    await vi.waitFor(() => expect(asked.at(-1)).toBe('/api/rows?state=open&sort=-day&page=1&size=2'))
    expect(list.count.value).toBe(0)
  })

  it('keeps two changes of one breath', async () => {
    const { list, router } = await listAt('/rows?state=open', () => page(rowsOf('a'), 1))
    list.clear()
    void list.show('a')
    await vi.waitFor(() => expect(router.currentRoute.value.query).toEqual({ open: 'a' }))
    expect(list.opened.value).toEqual({ id: 'a' })
  })

  it('keeps what was chosen when it is fetched again, and chooses all that is filtered', async () => {
    const { list } = await listAt('/rows', () => page(rowsOf('a', 'b'), 7))
    list.choosePage(true)
    expect([list.count.value, list.has({ id: 'b' })]).toEqual([2, true])
    await list.load()
    expect(list.count.value).toBe(2)
    list.chooseAll()
    expect([list.count.value, list.has({ id: 'never seen' })]).toEqual([7, true])
    list.choose('a', false)
    expect([list.chosen.value.all, [...list.chosen.value.ids]]).toEqual([false, ['b']])
  })

  it('keeps what it shows when the server is away, and says so', async () => {
    let here = true
    const { list } = await listAt('/rows', () => (here ? page(rowsOf('a'), 1) : { as: 'no_network' }))
    here = false
    await list.load()
    expect([list.rows.value, list.word.value]).toEqual([rowsOf('a'), 'no_network'])
  })

  it('goes from mark to mark and back where the door does not count', async () => {
    const marks: Record<string, unknown> = { '': { items: rowsOf('a', 'b'), next: 'm1' }, m1: { items: rowsOf('c'), next: null } }
    const { list, asked } = await listAt('/rows', (path) => ({ as: 'answer', answer: marks[new URLSearchParams(path.split('?')[1]).get('after') ?? ''] }), 'after')
    expect([list.first.value, list.last.value, list.total.value]).toEqual([true, false, null])
    list.turn(1)
    await vi.waitFor(() => expect(list.rows.value).toEqual(rowsOf('c')))
    expect([list.first.value, list.last.value]).toEqual([false, true])
    list.turn(-1)
    await vi.waitFor(() => expect(list.rows.value).toEqual(rowsOf('a', 'b')))
    expect(asked).toHaveLength(3)
  })

  it('asks for nothing more when somebody has gone to another screen', async () => {
    const { asked, router } = await listAt('/rows?state=open', () => page(rowsOf('a'), 1))
    await router.push('/elsewhere')
    expect(asked).toHaveLength(1)
  })
})
