/* Entries and operations in the words of a desk. */
import { clock, daysBefore, dayOf, momentOf, weekdayOf } from '../../../sync/days'
import { t, tOr, type Key } from '../../../texts'
import type { StoryStep } from '../../../components/desk/StoryList.vue'
import type { QueueRow, StoryLine } from './rows'

export const stateWord = (state: string): string => tOr(`desk.queue.is.${state}`, 'desk.queue.is.all')

export const flagWord = (flag: string): string => tOr(`desk.flag.${flag}`, 'desk.queue.f.flag')

const WEEKDAYS: Intl.DateTimeFormatOptions = { weekday: 'short', timeZone: 'UTC' }

/** 11-03 周二. */
export function shortDay(day: string): string {
  const word = new Intl.DateTimeFormat(document.documentElement.lang || 'zh-CN', WEEKDAYS).format(new Date(Date.UTC(2024, 0, 1 + weekdayOf(day))))
  return `${day.slice(5)} ${word}`
}

export const timesOf = ({ start, end }: { start: number; end: number }): string => `${clock(start)}–${clock(end)}`

/** For how many days it has been where it is. */
export function waitOf(row: QueueRow, now: number): string {
  const days = Math.max(0, daysBefore(dayOf(row.moved_at), dayOf(now)))
  return days ? t('desk.queue.days', { n: days }) : t('desk.queue.today')
}

/** What there is to look at, the heavier first; `waits` makes it amber. */
export function whysOf(row: QueueRow): { word: string; waits: boolean }[] {
  const found = [
    ...(row.mine ? [{ word: t('desk.queue.why.mine'), waits: true }] : []),
    ...(row.rivals ? [{ word: t('desk.queue.why.rivals'), waits: true }] : []),
    ...row.flags.map((flag) => ({ word: flagWord(flag), waits: true })),
    ...row.reasons.filter((reason) => reason !== 'NOT_SIGNED' || row.state === 'credited')
      .map((reason) => ({ word: tOr(`desk.queue.why.${reason}`, 'credit.OTHER'), waits: row.clean < 2 })),
    ...(row.state === 'credited' && row.credited_minutes > row.counted_minutes ? [{ word: t('desk.queue.why.over'), waits: true }] : []),
    ...(row.late_reason === null ? [] : [{ word: t('desk.queue.why.late'), waits: false }]),
  ]
  return found
}

const TITLES = new Set(['minutes', 'month', 'competition'])

/** One operation as a line of what happened. */
export function stepOf(line: StoryLine, withDay: boolean): StoryStep {
  const fields = { person: line.person ?? '', minutes: '', month: '', competition: '', ...line.said }
  const words = Object.entries(line.said).filter(([name]) => name === 'reason' || name === 'note' || name === 'text').map(([, said]) => String(said))
  const times = line.said.start !== undefined && line.said.end !== undefined ? timesOf({ start: Number(line.said.start), end: Number(line.said.end) }) : ''
  const day = withDay ? (line.about_day ?? line.said.day) : line.said.day
  return {
    key: line.id,
    title: tOr(`desk.story.${line.kind}`, 'desk.story.other', Object.fromEntries(Object.entries(fields).filter(([name]) => TITLES.has(name) || name === 'person'))),
    words: words.join('；'),
    who: line.by,
    facts: [
      momentOf(line.at),
      ...(day ? [line.kind.startsWith('entry') ? t('desk.story.about', { day }) : String(day)] : []),
      ...(times ? [times] : []),
      ...(line.said.how ? [t(`desk.story.${line.said.how}` as Key)] : []),
      ...(line.photos ? [t('desk.story.photos', { n: line.photos })] : []),
      line.desk ? t('desk.story.at_desk') : line.device,
      ...(line.shared ? [t('desk.story.shared')] : []),
    ].filter(Boolean),
    late: line.offline ? t('desk.story.offline', { at: momentOf(line.received_at) }) : '',
  }
}
