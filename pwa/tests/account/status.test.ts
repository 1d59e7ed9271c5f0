/* The status line says what is known, and no longer than it is known. */
import { effectScope, shallowRef, watch } from 'vue'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { logHours } from '../../src/actions/book/hours'
import { statusWords } from '../../src/pages/phone/needs/waits'
import { speak } from '../../src/texts'
import { countsOf, statusLine, useStatus, type LineState } from '../../src/use/account/status'
import { en } from '../../src/texts/en/index'
import { zh } from '../../src/texts/zh/index'
import { enrolled, hours } from '../cast'

const NOW = Date.parse('2026-11-21T06:32:00Z')
const LINE: LineState = { running: false, online: true, failure: null, sent: 0, left: 0, synced_at: NOW, contact_at: NOW, reset: false }
const NONE = { waiting: 0, stuck: 0, attention: 0, photos: 0 }

const said = (state: Partial<LineState>, n = 0, later = 0, photos = 0): string => {
  const { key, fields } = statusLine({ ...LINE, ...state }, { ...NONE, waiting: n, photos }, NOW + later)
  return zh[key as keyof typeof zh].replace(/\{(\w+)\}/g, (_, name: string) => String(fields[name]))
}

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the status line', () => {
  it('has the four shapes of the design', () => {
    expect(said({})).toBe('在线·已同步 14:32')
    expect(said({ online: false }, 3)).toBe('离线·3 条存在本机')
    expect(said({ running: true, sent: 2, left: 1 }, 1)).toBe('正在同步 2/3')
    expect(said({ failure: 'server' })).toBe('同步失败·点此查看')
  })

  it('says online for a minute after the server was heard, and then that it asks', () => {
    expect(said({}, 0, 59_000)).toBe('在线·已同步 14:32')
    expect(said({}, 0, 60_000)).toBe('正在联系服务器·上次同步 14:32')
    expect(said({}, 2, 60_000)).toBe('正在联系服务器·2 条存在本机')
    expect(said({ contact_at: null, synced_at: null })).toBe('正在联系服务器…')
    expect(said({ contact_at: null, running: true }, 2)).toBe('正在联系服务器·2 条存在本机')
  })

  it('counts photos once the records are through, and is not synced before they are', () => {
    expect(said({}, 0, 0, 3)).toBe('在线·3 张照片待上传')
    expect(said({}, 2, 0, 3)).toBe('在线·2 条待同步')
    expect(said({ online: false }, 0, 0, 3)).toBe('离线·3 张照片存在本机')
    expect(said({}, 0, 60_000, 3)).toBe('正在联系服务器·3 张照片存在本机')
    expect(said({ failure: 'login' }, 0, 0, 3)).toBe('请重新登录·3 张照片存在本机')
    expect(countsOf([], { waiting: 2, refused: 1 })).toEqual({ waiting: 0, stuck: 0, attention: 1, photos: 2 })
  })

  it('never says synced alone while something needs a person', () => {
    const { key, needs, tone } = statusLine(LINE, { ...NONE, attention: 1 }, NOW)
    expect([key, needs, tone]).toEqual(['status.synced', 1, 'wait'])
  })

  it('says what needs a person beside what waits, and beside a failure or a passing count only that', async () => {
    vi.stubGlobal('document', { documentElement: {} })
    await speak('zh-CN')
    const words = (state: Partial<LineState>, n: number) => statusWords(statusLine({ ...LINE, ...state }, { ...NONE, waiting: n, attention: 1 }, NOW))
    expect(words({}, 0)).toBe('在线·已同步 14:32·1 条需处理')
    expect(words({ online: false }, 3)).toBe('离线·3 条存在本机·1 条需处理')
    expect(words({ contact_at: null }, 3)).toBe('正在联系服务器·3 条存在本机·1 条需处理')
    expect(words({ running: true, sent: 1, left: 2 }, 2)).toBe('正在同步 1/3')
    expect(words({ failure: 'server' }, 3)).toBe('同步失败·点此查看')
    await speak('en')
    expect(words({ online: false }, 3)).toContain(' · 1 to handle')
  })

  it('counts by the line itself while it syncs, and never beside an older outbox once it has ended', async () => {
    const { db } = await enrolled()
    const ops = [await logHours(db, hours, 7), await logHours(db, { ...hours, start: 780, end: 840 }, 8)]
    expect(ops).toHaveLength(2)
    const state = shallowRef<LineState>({ ...LINE, running: true, left: 2, contact_at: Date.now(), synced_at: null })
    const scope = effectScope()
    const { line } = scope.run(() => useStatus(db, state))!
    const seen: string[] = []
    scope.run(() => watch(line, ({ key, fields }) => seen.push(`${key} ${String(fields.done ?? '')}/${String(fields.n ?? '')}`), { immediate: true, flush: 'sync' }))
    await vi.waitFor(() => expect(seen.at(-1)).toBe('status.sending 0/2'))
    await db.outbox.clear()
    state.value = { ...state.value, sent: 2, left: 0 }
    state.value = { ...state.value, running: false, sent: 0, synced_at: NOW }
    await vi.waitFor(() => expect(line.value.key).toBe('status.synced'))
    expect(seen.slice(1).filter((said) => !['status.sending 0/2', 'status.sending 2/2', 'status.synced /'].includes(said))).toEqual([])
    scope.stop()
  })

  it('gives the date of a contact that was not today', () => {
    expect(said({ online: false, synced_at: NOW - 86_400_000 })).toBe('离线·上次同步 11-20 14:32')
  })

  it('keeps a failure on the screen however long ago the server was heard', () => {
    expect(said({ failure: 'server' }, 0, 600_000)).toBe('同步失败·点此查看')
    expect(said({ failure: 'login' }, 2, 600_000)).toBe('请重新登录·2 条存在本机')
  })

  it('has its words in English as well', () => {
    for (const key of ['asking', 'asking_clean', 'asking_waiting', 'synced', 'offline', 'sending', 'failed'] as const) {
      expect(en[`status.${key}`]).toBeTruthy()
    }
  })

  it('says synced only when the server has confirmed everything', async () => {
    const { db } = await enrolled()
    const key = async (state: LineState) => statusLine(state, countsOf(await db.outbox.toArray()), NOW).key
    expect(await key(LINE)).toBe('status.synced')
    expect(await key({ ...LINE, synced_at: null })).toBe('status.never')
    await logHours(db, hours, 7)
    expect(await key(LINE)).toBe('status.waiting')
    expect(await key({ ...LINE, online: false })).toBe('status.offline')
    expect(await key({ ...LINE, running: true, sent: 2, left: 1 })).toBe('status.sending')
    expect(await key({ ...LINE, failure: 'login' })).toBe('status.login')
    await db.outbox.toCollection().modify({ state: 'stuck' })
    expect(await key(LINE)).toBe('status.failed')
    for (const state of ['held', 'quarantined', 'refused'] as const) {
      await db.outbox.toCollection().modify({ state })
      expect(statusLine(LINE, countsOf(await db.outbox.toArray()), NOW)).toMatchObject({ key: 'status.synced', needs: 1, tone: 'wait' })
    }
  })

  it('claims nothing before the outbox has been read', async () => {
    const { db } = await enrolled()
    await logHours(db, hours, 7)
    const scope = effectScope()
    const line = scope.run(() => useStatus(db, shallowRef({ ...LINE, contact_at: Date.now() })).line)!
    expect(line.value.key).toBe('status.reading')
    await vi.waitFor(() => expect(line.value.key).toBe('status.waiting'))
    scope.stop()
  })

  it('loses the word online by itself while nothing else happens', async () => {
    const { db } = await enrolled()
    const scope = effectScope()
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'], now: NOW })
    const line = scope.run(() => useStatus(db, shallowRef(LINE)).line)!
    await vi.waitFor(() => expect(line.value.key).toBe('status.synced'))
    vi.advanceTimersByTime(65_000)
    expect(line.value.key).toBe('status.asking_clean')
    scope.stop()
  })
})
