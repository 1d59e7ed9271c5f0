/* Which browser somebody has in hand, by what it says of itself; and whether it keeps what is stored. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { inWeChat, systemName, thisBrowser } from '../../src/actions/door/browser'
import { askToKeep } from '../../src/actions/door/storage'
import { readMeta } from '../../src/db/account/meta'
import { enrolled } from '../cast'

afterEach(() => vi.unstubAllGlobals())

const ANDROID = 'Mozilla/5.0 (Linux; Android 13; SM-A135) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36'
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile Safari/604.1'

describe('a browser', () => {
  it.each([
    [ANDROID, 'android', 'Android'],
    [IPHONE, 'iphone', 'iPhone'],
    [`${ANDROID} MicroMessenger/8.0.44`, 'wechat', '微信'],
    [`${IPHONE} MicroMessenger/8.0.44`, 'wechat', '微信'],
    [`${ANDROID} HuaweiBrowser/14.0`, 'huawei', 'Android'],
    ['Mozilla/5.0 (Phone; OpenHarmony 5.0) ArkWeb/4.1 Mobile', 'huawei', 'HarmonyOS'],
    [`${ANDROID} XiaoMi/MiuiBrowser/18.2`, 'xiaomi', 'Android'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0', 'desktop', 'Windows'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) Safari/605.1', 'desktop', 'Mac'],
    ['Mozilla/5.0 (X11; Linux x86_64) Firefox/120.0', 'desktop', 'Web'],
  ])('is known: %s', (userAgent, browser, system) => {
    vi.stubGlobal('navigator', { userAgent })
    expect([thisBrowser(), systemName(), inWeChat()]).toEqual([browser, system, browser === 'wechat'])
  })
})

describe('what is stored', () => {
  it('is to be kept: asked again after a no, and no more after a yes', async () => {
    const { db } = await enrolled()
    const persist = vi.fn().mockResolvedValueOnce(false).mockResolvedValue(true)
    vi.stubGlobal('navigator', { storage: { persisted: () => Promise.resolve(false), persist } })
    const kept = []
    for (const _ of [1, 2, 3]) {
      await askToKeep(db)
      kept.push(await readMeta(db, 'persisted'))
    }
    expect(kept).toEqual([false, true, true])
    expect(persist).toHaveBeenCalledTimes(2)
  })
})
