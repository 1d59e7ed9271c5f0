/* Days and hours as people here read them: Asia/Shanghai, which has had no daylight saving since 1991, weeks from Monday. */
const SHANGHAI_MS = 8 * 3600 * 1000

export const dayOf = (ms: number): string => new Date(ms + SHANGHAI_MS).toISOString().slice(0, 10)

export const clockOf = (ms: number): string => new Date(ms + SHANGHAI_MS).toISOString().slice(11, 16)

/** How many days `day` lies before `today`. */
export const daysBefore = (day: string, today: string): number => (Date.parse(today) - Date.parse(day)) / (24 * 3600 * 1000)

export const plusDays = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * 24 * 3600 * 1000).toISOString().slice(0, 10)

/** 0 = Monday … 6 = Sunday. */
export const weekdayOf = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7

export const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
