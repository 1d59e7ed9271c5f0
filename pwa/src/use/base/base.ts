/* A base's own book as its trainers and its kiosks see it: who serves, which sessions there are. */
import { computed, type ComputedRef, type Ref } from 'vue'
import type { AccountDb } from '../../db/account/account'
import { readBases } from '../../db/book/docs'
import { readView } from '../../db/book/shelf'
import type { View } from '../../db/book/replay'
import { membersOf, servesOn, type BaseDoc, type Docs, type KioskDoc, type SessionDoc } from '../../sync/book'
import { PARAMS } from '../../sync/evidence'
import { useLive } from '../screen/live'

const isSession = (doc: { kind: string }): doc is SessionDoc => doc.kind === 'session'
const isKiosk = (doc: { kind: string }): doc is KioskDoc => doc.kind === 'kiosk'

/** The latest first. */
export const sessionsIn = (docs: Docs): SessionDoc[] =>
  [...docs.values()].filter(isSession).sort((a, b) => (a.day === b.day ? b.start - a.start || (a.id < b.id ? -1 : 1) : a.day < b.day ? 1 : -1))

/** Those a kiosk shows today, in the order of the day; what is closed is over. */
export const openOn = (docs: Docs, day: string): SessionDoc[] => sessionsIn(docs).filter((session) => session.day === day && session.state === 'open').reverse()

/** A little before and after a session its codes still count. */
const goesOn = ({ start, end }: SessionDoc, minute: number): boolean => start - PARAMS.session_minutes <= minute && minute <= end + PARAMS.session_minutes

/** Which of them the code on the screen is for, when nobody has chosen: the one that runs, else the one that begins next. */
export const likely = (open: readonly SessionDoc[], minute: number): SessionDoc | null =>
  open.find(({ start, end }) => start <= minute && minute < end) ?? open.find((session) => goesOn(session, minute)) ?? null

/** So far off that its codes soon prove nothing. */
export const isWrong = (seconds: number): boolean => Math.abs(seconds) > PARAMS.code_seconds / 2

/** Kiosks whose clock was wrong when the server last heard of them. */
export const wrongClocks = (docs: Docs): KioskDoc[] => [...docs.values()].filter(isKiosk).filter(({ seconds }) => isWrong(seconds))

/** How long it lasts. */
export const minutesOf = ({ start, end }: Pick<SessionDoc, 'start' | 'end'>): number => end - start

interface Bases {
  bases: ComputedRef<BaseDoc[]>
  read: Ref<boolean>
}

const serves = (base: BaseDoc, person: string, roles: readonly string[], day: string): boolean =>
  membersOf(base, person).some((member) => roles.includes(member.role) && servesOn(member, day))

const TRAINERS = ['base_trainer', 'mentor'] as const

export const isTrainer = (base: BaseDoc, person: string, day: string): boolean => serves(base, person, TRAINERS, day)
export const isItsKiosk = (base: BaseDoc, person: string, day: string): boolean => serves(base, person, ['kiosk'], day)

/** The bases of this account, by name. */
export function useBases(db: AccountDb): Bases {
  const live = useLive(() => readBases(db), [])
  return { bases: computed(() => [...live.now.value].sort((a, b) => a.name.localeCompare(b.name, 'zh-CN'))), read: live.read }
}

const NOTHING: View = { docs: new Map(), local: new Set(), attention: new Set() }

export function useBaseView(db: AccountDb, id: Ref<string>): { view: ComputedRef<View>; read: Ref<boolean> } {
  const live = useLive<View>(() => readView(db, id.value), NOTHING, { source: () => id.value })
  return { view: computed(() => live.now.value), read: live.read }
}
