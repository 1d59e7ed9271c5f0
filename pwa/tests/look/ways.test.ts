/* Words that lead somewhere: what an entry's next grade lacks, and what a check-in screen's clock does. */
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { screenClock } from '../../src/pages/phone/words/session'
import { reasonOf, wayOf } from '../../src/pages/phone/evidence/reasons'
import { FACTS } from '../../src/sync/evidence'
import { speak } from '../../src/texts'

beforeAll(async () => {
  vi.stubGlobal('document', { documentElement: {} })
  await speak('zh-CN')
  vi.unstubAllGlobals()
})

describe('what would do, out of several', () => {
  it('is said as what is to be there, never as what is not', () => {
    for (const { yes, ...others } of Object.values(FACTS)) {
      for (const word of Object.values(others)) expect(wayOf(word).startsWith(reasonOf(yes!))).toBe(true)
    }
    expect([wayOf('no_photo'), wayOf('no_presence'), wayOf('one_organisation')]).toEqual(['有照片', '基地签到码已核实到场', '两个单位的人都签了'])
  })

  it('says why what is there already does not do', () => {
    expect(wayOf('presence_waiting')).toBe('基地签到码已核实到场（现在：签到码还没送到服务器核对）')
    expect(wayOf('seen_by_signer')).toContain('现在：确认到场的就是签认的那一位')
  })
})

describe('the clock of a check-in screen', () => {
  const at = Date.parse('2026-11-20T14:32:00+08:00')

  it('is right, fast or slow', () => {
    expect(screenClock({ clock_seconds: 60, clock_at: at })).toEqual({ words: '时间准（2026-11-20 14:32 核对）', wrong: false })
    expect(screenClock({ clock_seconds: 301, clock_at: at })).toMatchObject({ words: expect.stringContaining('快了约 5 分钟') as string, wrong: true })
    expect(screenClock({ clock_seconds: -61, clock_at: at })).toMatchObject({ words: expect.stringContaining('慢了约 1 分钟') as string, wrong: true })
  })

  it('is nothing of a phone', () => {
    expect([screenClock({}), screenClock({ clock_seconds: null, clock_at: null })]).toEqual([null, null])
  })
})
