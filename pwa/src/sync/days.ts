/* Days and hours as people here read them: Asia/Shanghai, which has had no daylight saving since 1991, weeks from Monday. What
   time it is, others know. */
export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS
export const DAY_MINUTES = 1440
const SHANGHAI_MS = 8 * HOUR_MS

/** Its UTC reads as the wall clock in Shanghai does. */
const isoOf = (ms: number): string => new Date(ms + SHANGHAI_MS).toISOString()

export const dayOf = (ms: number): string => isoOf(ms).slice(0, 10)

export const clockOf = (ms: number): string => isoOf(ms).slice(11, 16)

export const momentOf = (ms: number): string => `${dayOf(ms)} ${clockOf(ms)}`

/** For the name of a file: 20261121T1432. */
export const stampOf = (ms: number): string => isoOf(ms).replace(/[-:]/g, '').slice(0, 13)

/** The moment at which this day begins. */
export const beginOf = (day: string): number => Date.parse(day) - SHANGHAI_MS

/** Minutes since midnight. */
export const minuteOf = (ms: number): number => Math.floor((ms - beginOf(dayOf(ms))) / MINUTE_MS)

/** 510 as 08:30. */
export const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

export const plusDays = (day: string, days: number): string => new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10)

/** How many days `day` lies before `today`. */
export const daysBefore = (day: string, today: string): number => (Date.parse(today) - Date.parse(day)) / DAY_MS

/** 0 = Monday … 6 = Sunday. */
export const weekdayOf = (day: string): number => (new Date(day).getUTCDay() + 6) % 7

export const mondayOf = (day: string): string => plusDays(day, -weekdayOf(day))

export const monthOf = (day: string): string => day.slice(0, 7)

export const monthBefore = (month: string): string => monthOf(plusDays(`${month}-01`, -1))

export const monthAfter = (month: string): string => monthOf(plusDays(`${month}-01`, 31))
