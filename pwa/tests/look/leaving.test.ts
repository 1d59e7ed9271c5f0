/* From a saved form to the page that shows it, and what stands there when that page does not come. */
import { createMemoryHistory, createRouter } from 'vue-router'
import { describe, expect, it, vi } from 'vitest'
import { leaveFor } from '../../src/pages/leaving'

const page = { render: () => null }
const missing = () => Promise.reject(new Error('no line'))

async function at(path: string, entry: () => Promise<unknown> = async () => page) {
  const history = createMemoryHistory()
  const routes = [
    ...['/', '/log'].map((here) => ({ path: here, component: page })),
    { path: '/book', component: missing },
    { path: '/entry', component: entry as () => Promise<typeof page> },
  ]
  const router = createRouter({ history, routes })
  vi.spyOn(console, 'warn').mockReturnValue(undefined)
  await router.push('/')
  history.push('/entry')
  await router.push(path)
  return { router, history }
}

/** A browser's history says where the form was opened from. */
const openedFrom = (history: object, back: string) => Object.defineProperty(history, 'state', { value: { back } })

describe('a form that has done its work', () => {
  it('gives its place to the page that shows it', async () => {
    const { router } = await at('/log')
    await leaveFor(router, '/entry')
    expect(router.currentRoute.value.path).toBe('/entry')
  })

  it('gives it to 今日 when that page does not come', async () => {
    const { router } = await at('/log')
    await leaveFor(router, '/book')
    expect(router.currentRoute.value.path).toBe('/')
  })

  it('goes back where it was opened from, and to 今日 when that is gone', async () => {
    const { router, history } = await at('/log')
    openedFrom(history, '/entry')
    await leaveFor(router, '/entry')
    expect(router.currentRoute.value.path).toBe('/entry')
    const gone = await at('/log', missing)
    openedFrom(gone.history, '/entry')
    await leaveFor(gone.router, '/entry')
    expect(gone.router.currentRoute.value.path).toBe('/')
  })
})
