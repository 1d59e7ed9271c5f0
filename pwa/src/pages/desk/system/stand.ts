/* How the house stands as the door says it: what has to be done about it, and each number with its unit. */
import { momentOf } from '../../../sync/days'
import { t, type Key } from '../../../texts'

interface Keeping {
  at: number
  took_ms: number
  outcome: 'good' | 'differs' | 'failed'
  counts: Record<string, number>
}

interface Keepings {
  last: Keeping | null
  good: Keeping | null
}

export interface Standing {
  version: string
  database: { kind: 'sqlite' | 'postgresql'; version: string; bytes: number; wall: boolean | null; revision: string; newest: string }
  books: { books: number; ops: number; documents: number; held: number; custody: number }
  disk: { photos: number; photo_bytes: number; exports: number; export_bytes: number; free_bytes: number; total_bytes: number }
  worker: {
    alive: boolean
    heard_at: number | null
    news: number
    news_since: number | null
    nudges: number
    nudges_since: number | null
    jobs_waiting: number
    jobs_running: number
    jobs_failed: number
    failed_days: number
  }
  backup: Keepings
  verify: Keepings
  restored_at: number | null
  settings: { second_factor: 'required' | 'offered'; push_contact: boolean; push_services: number }
  push: { browsers: number; sent_at: number | null }
  registry: { accounts: number; devices: number; chains: number; orgs: { kind: 'chain_leader' | 'enterprise' | 'college' | 'base' | 'authority'; n: number }[] }
}

/** A line of a card; one with a mark is said in a pill, what else is to be said stands below. */
interface Line {
  label: string
  text: string
  mark?: 'good' | 'waits'
  more?: string[]
}

export interface Card {
  name: string
  title: string
  lines: Line[]
}

const BYTES = ['B', 'KB', 'MB', 'GB', 'TB']
const THOUSAND = 1000
const MINUTE = 60_000
const count = (n: number): string => n.toLocaleString('en-US')

/** 1 KB is 1000 bytes, as disks are sold. */
function bytesOf(bytes: number): string {
  let [left, unit] = [bytes, 0]
  while (left >= THOUSAND && unit < BYTES.length - 1) [left, unit] = [left / THOUSAND, unit + 1]
  return `${unit ? left.toFixed(1) : left} ${BYTES[unit]}`
}

const tookOf = (ms: number): string =>
  ms < 2 * MINUTE ? t('desk.system.seconds', { n: (ms / THOUSAND).toFixed(1) }) : t('desk.system.minutes', { n: Math.round(ms / MINUTE) })
const momentOr = (at: number | null): string => (at === null ? t('desk.system.never') : momentOf(at))
const moment = (row: Keeping): string => t('desk.system.took', { at: momentOf(row.at), took: tookOf(row.took_ms) })
const isLow = ({ free_bytes: free, total_bytes: total }: Standing['disk']): boolean => free * 10 < total

/** What somebody has to do, a sentence each. */
export function todosOf(all: Standing): string[] {
  const { worker, backup, verify, books, disk } = all
  const found: (string | false | null)[] = [
    !worker.alive && (worker.heard_at === null ? t('desk.system.worker_never') : t('desk.system.worker_silent', { at: momentOf(worker.heard_at) })),
    backup.last === null && t('desk.system.no_backup'),
    backup.last && backup.last.outcome !== 'good' && t('desk.system.backup_failed', { at: momentOf(backup.last.at) }),
    verify.last === null && t('desk.system.never_verified'),
    verify.last?.outcome === 'failed' && t('desk.system.verify_failed', { at: momentOf(verify.last.at) }),
    verify.last?.outcome === 'differs' && t('desk.system.verify_differs', { at: momentOf(verify.last.at), n: verify.last.counts.differences ?? 0 }),
    books.custody > 0 && t('desk.system.custody_waits', { n: books.custody }),
    worker.jobs_failed > 0 && t('desk.system.jobs_failed', { n: worker.jobs_failed, days: worker.failed_days }),
    isLow(disk) && t('desk.system.disk_low', { free: bytesOf(disk.free_bytes) }),
    all.database.wall === false && t('desk.system.no_wall'),
  ]
  return found.filter((one) => typeof one === 'string')
}

const waitingOf = (unit: 'n' | 'persons', n: number, since: number | null): string =>
  since === null ? t(`desk.system.${unit}`, { n }) : t(`desk.system.${unit}_since`, { n: count(n), at: momentOf(since) })

function workerOf({ worker }: Standing): Line[] {
  return [
    { label: t('desk.system.state'), text: t(worker.alive ? 'desk.system.alive' : 'desk.system.silent'), mark: worker.alive ? 'good' : 'waits' },
    { label: t('desk.system.heard'), text: momentOr(worker.heard_at) },
    { label: t('desk.system.news'), text: waitingOf('n', worker.news, worker.news_since) },
    { label: t('desk.system.nudges'), text: waitingOf('persons', worker.nudges, worker.nudges_since) },
    { label: t('desk.system.jobs_waiting'), text: t('desk.system.pieces', { n: count(worker.jobs_waiting) }) },
    { label: t('desk.system.jobs_running'), text: t('desk.system.pieces', { n: count(worker.jobs_running) }) },
    { label: t('desk.system.jobs_lost', { days: worker.failed_days }), text: t('desk.system.pieces', { n: count(worker.jobs_failed) }) },
  ]
}

function keepingOf(label: Key, row: Keeping | null, size: (counts: Record<string, number>) => string): Line {
  if (!row) return { label: t(label), text: t('desk.system.not_yet'), mark: 'waits' }
  const more = row.outcome === 'failed' ? [moment(row)] : [moment(row), size(row.counts)]
  return { label: t(label), text: t(`desk.system.did.${row.outcome}`), mark: row.outcome === 'good' ? 'good' : 'waits', more }
}

const copiedOf = ({ rows = 0, files = 0, bytes = 0 }: Record<string, number>): string =>
  t('desk.system.backup_size', { rows: count(rows), files: count(files), bytes: bytesOf(bytes) })
const checkedOf = ({ books = 0, ops = 0, files = 0 }: Record<string, number>): string =>
  t('desk.system.verify_size', { books: count(books), ops: count(ops), files: count(files) })

function keptOf({ backup, verify, restored_at: restored }: Standing): Line[] {
  return [
    keepingOf('desk.system.backup', backup.last, copiedOf),
    ...(backup.good && backup.last?.outcome !== 'good' ? [{ label: t('desk.system.backup_good'), text: moment(backup.good) }] : []),
    keepingOf('desk.system.verify', verify.last, checkedOf),
    ...(restored === null ? [] : [{ label: t('desk.system.restored'), text: momentOf(restored) }]),
  ]
}

function releaseOf({ version, database }: Standing): Line[] {
  const wall = database.wall === null ? 'none' : database.wall ? 'up' : 'down'
  return [
    { label: t('desk.system.version'), text: version },
    { label: t('desk.system.database'), text: t(`desk.system.is.${database.kind}`, { version: database.version }) },
    { label: t('desk.system.size'), text: bytesOf(database.bytes) },
    { label: t('desk.system.revision'), text: database.revision },
    { label: t('desk.system.wall'), text: t(`desk.system.wall_${wall}`), ...(wall === 'down' ? { mark: 'waits' as const } : {}) },
  ]
}

function settingsOf({ settings, push }: Standing): Line[] {
  return [
    { label: t('desk.system.factor'), text: t(`desk.system.factor.${settings.second_factor}`) },
    { label: t('desk.system.push_contact'), text: t(settings.push_contact ? 'desk.system.set' : 'desk.system.not_set') },
    { label: t('desk.system.push_services'), text: t('desk.system.pieces', { n: settings.push_services }) },
    { label: t('desk.system.browsers'), text: t('desk.system.pieces', { n: count(push.browsers) }) },
    { label: t('desk.system.pushed'), text: momentOr(push.sent_at) },
  ]
}

/** Everything, a card for each subject. */
export function cardsOf(all: Standing): Card[] {
  const { books, disk, registry } = all
  return [
    { name: 'worker', title: t('desk.system.worker'), lines: workerOf(all) },
    { name: 'kept', title: t('desk.system.kept'), lines: keptOf(all) },
    {
      name: 'books', title: t('desk.system.books'),
      lines: [
        { label: t('desk.system.books_n'), text: t('desk.system.volumes', { n: count(books.books) }) },
        { label: t('desk.system.ops'), text: t('desk.system.n', { n: count(books.ops) }) },
        { label: t('desk.system.documents'), text: t('desk.system.documents_n', { n: count(books.documents) }) },
        { label: t('desk.system.held'), text: t('desk.system.n', { n: count(books.held) }) },
        { label: t('desk.system.custody'), text: t('desk.system.n', { n: count(books.custody) }) },
      ],
    },
    {
      name: 'disk', title: t('desk.system.disk'),
      lines: [
        { label: t('desk.system.photos'), text: t('desk.system.photos_n', { n: count(disk.photos), bytes: bytesOf(disk.photo_bytes) }) },
        { label: t('desk.system.exports'), text: t('desk.system.exports_n', { n: count(disk.exports), bytes: bytesOf(disk.export_bytes) }) },
        { label: t('desk.system.free'), text: t('desk.system.free_of', { free: bytesOf(disk.free_bytes), total: bytesOf(disk.total_bytes) }) },
      ],
    },
    { name: 'release', title: t('desk.system.release'), lines: releaseOf(all) },
    { name: 'settings', title: t('desk.system.settings'), lines: settingsOf(all) },
    {
      name: 'registry', title: t('desk.system.registry'),
      lines: [
        { label: t('desk.system.accounts'), text: t('desk.system.pieces', { n: count(registry.accounts) }) },
        { label: t('desk.system.devices'), text: t('desk.system.devices_n', { n: count(registry.devices) }) },
        { label: t('desk.system.chains'), text: t('desk.system.chains_n', { n: count(registry.chains) }) },
        ...registry.orgs.map(({ kind, n }) => ({ label: t(`desk.orgs.is.${kind}`), text: t('desk.system.orgs_n', { n: count(n) }) })),
      ],
    },
  ]
}
