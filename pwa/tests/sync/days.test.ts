/* The calendar of Shanghai, whatever clock the phone itself has. */
import { describe, expect, it } from 'vitest'
import { beginOf, clock, clockOf, dayOf, daysBefore, minuteOf, momentOf, mondayOf, monthAfter, monthBefore, plusDays, stampOf, weekdayOf } from '../../src/sync/days'

const LATE = Date.parse('2026-11-20T15:59:59Z')
const MIDNIGHT = Date.parse('2026-11-20T16:00:00Z')

describe('the calendar', () => {
  it('begins a day at midnight in Shanghai', () => {
    expect(momentOf(LATE)).toBe('2026-11-20 23:59')
    expect([dayOf(MIDNIGHT), clockOf(MIDNIGHT), stampOf(MIDNIGHT)]).toEqual(['2026-11-21', '00:00', '20261121T0000'])
    expect(beginOf('2026-11-21')).toBe(MIDNIGHT)
    expect([minuteOf(LATE), minuteOf(MIDNIGHT), minuteOf(MIDNIGHT + 510 * 60_000)]).toEqual([1439, 0, 510])
    expect(clock(510)).toBe('08:30')
  })

  it('begins a week on Monday, also across a year', () => {
    expect([weekdayOf('2026-11-16'), weekdayOf('2026-11-22')]).toEqual([0, 6])
    expect([mondayOf('2026-11-22'), mondayOf('2027-01-01')]).toEqual(['2026-11-16', '2026-12-28'])
  })

  it('steps by days and months of any length', () => {
    expect([plusDays('2028-02-28', 1), plusDays('2026-03-01', -1), daysBefore('2026-12-30', '2027-01-02')]).toEqual(['2028-02-29', '2026-02-28', 3])
    const year = Array.from({ length: 12 }, (_, at) => `2026-${String(at + 1).padStart(2, '0')}`)
    expect(year.map(monthAfter)).toEqual([...year.slice(1), '2027-01'])
    expect(year.map(monthBefore)).toEqual(['2025-12', ...year.slice(0, -1)])
  })
})
