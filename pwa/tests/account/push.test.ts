import { afterEach, describe, expect, it, vi } from 'vitest'
import { isPushOn, keepPushOn, turnPushOff, turnPushOn } from '../../src/actions/door/push'
import { askForPush } from '../../src/device/push'
import type { Door, Knock } from '../../src/actions/door/door'
import { phone } from '../world'

const KEY = 'BAAA'
const AGENT = 'Mozilla/5.0 (Linux; Android 14) Chrome/130'

/** A browser with a push service; `subscribe` says what becomes of asking it. */
function browser(subscribe: () => Promise<unknown>, { agent = AGENT, permission = 'granted' } = {}) {
  let now: unknown = null
  const manager = {
    getSubscription: async () => now,
    subscribe: async () => (now = await subscribe()),
  }
  vi.stubGlobal('navigator', { userAgent: agent, serviceWorker: { getRegistration: async () => ({ pushManager: manager }) } })
  vi.stubGlobal('Notification', { permission: permission === 'denied' ? 'denied' : 'default', requestPermission: async () => permission })
  vi.stubGlobal('window', { matchMedia: () => ({ matches: false }), PushManager: class {}, Notification: class {} })
  return { move: (to: unknown) => (now = to), address: () => now }
}

function subscription(endpoint: string, ended: { gone: boolean } = { gone: false }) {
  const json = { endpoint, keys: { p256dh: 'p', auth: 'a' } }
  return { endpoint, options: {}, toJSON: () => json, unsubscribe: async () => (ended.gone = true) }
}

function server(subscribed = false) {
  const told: [string, unknown][] = []
  const say = (how: string) => async <T>(_path: string, body?: unknown) => {
    told.push([how, body])
    if (how === 'PUT') subscribed = true
    if (how === 'DELETE') subscribed = false
    return { as: 'answer', answer: { key: KEY, subscribed } } as Knock<T>
  }
  const door: Door = { post: say('POST'), get: say('GET'), put: say('PUT'), drop: say('DELETE'), as: () => door }
  return { door, told }
}

afterEach(() => vi.unstubAllGlobals())

describe('alerts', () => {
  it('tell the server the address and its keys, and take them back', async () => {
    const ended = { gone: false }
    browser(async () => subscription('https://push.example/1', ended))
    const [db, { door, told }] = [await phone(), server()]
    expect(await turnPushOn(db, door)).toBeNull()
    expect(told[1]).toEqual(['PUT', { endpoint: 'https://push.example/1', p256dh: 'p', auth: 'a' }])
    expect(await isPushOn(db)).toBe(true)
    expect(await turnPushOff(db, door, false)).toBeNull()
    expect([await isPushOn(db), ended.gone]).toEqual([false, false])
    await turnPushOn(db, door)
    await turnPushOff(db, door, true)
    expect(ended.gone).toBe(true)
  })

  it('say so when the push service fails or never answers', async () => {
    browser(() => Promise.reject(new DOMException('Registration failed - push service error', 'AbortError')))
    expect(await askForPush(KEY, 50)).toBe('none_service')
    browser(() => new Promise(() => undefined))
    expect(await askForPush(KEY, 50)).toBe('none_service')
  })

  it.each([
    ['none_wechat', `${AGENT} MicroMessenger/8.0`, 'granted'],
    ['none_install', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Safari', 'granted'],
    ['none_denied', AGENT, 'denied'],
    ['none_asked', AGENT, 'default'],
  ])('say %s', async (why, agent, permission) => {
    browser(async () => subscription('https://push.example/1'), { agent, permission })
    const [db, { door, told }] = [await phone(), server()]
    expect(await turnPushOn(db, door)).toEqual({ refused: why })
    expect(told.some(([how]) => how === 'PUT')).toBe(false)
  })

  it('follow the browser to a new address, and come back after a new log-in', async () => {
    const seen = browser(async () => subscription('https://push.example/1'))
    const [db, first] = [await phone(), server()]
    await turnPushOn(db, first.door)
    await keepPushOn(db, first.door)
    expect(first.told.filter(([how]) => how === 'PUT')).toHaveLength(1)
    seen.move(subscription('https://push.example/2'))
    await keepPushOn(db, first.door)
    expect(first.told.filter(([how]) => how === 'PUT')).toHaveLength(2)
    const later = server(false)
    await keepPushOn(db, later.door)
    expect(later.told.map(([how]) => how)).toEqual(['GET', 'PUT'])
  })
})
