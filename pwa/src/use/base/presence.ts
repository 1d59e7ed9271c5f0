/* What a book says of somebody's being at a base. Pure. */
import type { Docs, EntryDoc, PresenceDoc } from '../../sync/book'
import { readCode, type Code } from '../../sync/code'

const isPresence = (doc: { kind: string }): doc is PresenceDoc => doc.kind === 'presence'

const codes = new WeakMap<PresenceDoc, Code | null>()

/** What the kiosk's code in a check-in says; null without one. It was read when it was taken: here it is only looked up. */
export function codeOf(presence: PresenceDoc): Code | null {
  const known = codes.get(presence)
  if (known !== undefined) return known
  const code = readCode(presence.code)
  codes.set(presence, code)
  return code
}

/** Of this day, the latest last. */
export const presencesOf = (docs: Docs, day: string): PresenceDoc[] =>
  [...docs.values()]
    .filter(isPresence)
    .filter((doc) => doc.day === day)
    .sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1))

/** Somebody is at a base right now, by his own check-in. */
export const runningIn = (docs: Docs, person: string, today: string): PresenceDoc | null =>
  presencesOf(docs, today).filter(({ by, state }) => by === person && state === 'in').at(-1) ?? null

const isEntry = (doc: { kind: string }): doc is EntryDoc => doc.kind === 'entry'

/** The time at a base that is still to be written down: that which runs, else the last one no entry of the day overlaps. */
export function unwritten(docs: Docs, person: string, today: string): PresenceDoc | null {
  const running = runningIn(docs, person, today)
  if (running) return running
  const entries = [...docs.values()].filter(isEntry).filter(({ content, state }) => content.day === today && state !== 'withdrawn')
  const free = ({ id, start, end }: PresenceDoc) =>
    !entries.some(({ content }) => content.presence === id || (content.start < (end ?? start) && start < content.end))
  return presencesOf(docs, today).filter((doc) => doc.state === 'out' && doc.end !== null && free(doc)).at(-1) ?? null
}
