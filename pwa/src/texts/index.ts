/* The sentences of the interface, one language in memory at a time. */
import { shallowRef, type ShallowRef } from 'vue'
import type { zh } from './zh'
import type { desk } from './zh/desk'

export type Key = (keyof typeof zh | keyof typeof desk) & string
export type Language = 'zh-CN' | 'en'

type Load = Record<Language, () => Promise<Partial<Record<Key, string>>>>

const LOAD: Load = {
  'zh-CN': async () => (await import('./zh')).zh,
  en: async () => (await import('./en')).en,
}

/** What the first screens say: the line is slow, and nobody waits for sentences of screens he has not asked for. */
const FIRST: Load = {
  'zh-CN': async () => (await import('./zh/first')).first,
  en: async () => (await import('./en/first')).first,
}

const CHOICE = 'jiangji-language'

const sentences = shallowRef<Partial<Record<Key, string>>>({})
const whole = shallowRef(false)
let wish: Language = 'zh-CN'

export const language: ShallowRef<Language> = shallowRef('zh-CN')

function say(spoken: Language, words: Partial<Record<Key, string>>): void {
  sentences.value = words
  language.value = spoken
  document.documentElement.lang = spoken
}

/** Enough for the first screens; `speak` brings the rest. */
export async function greet(wanted: Language): Promise<void> {
  wish = wanted
  say(wanted, await FIRST[wanted]())
}

export async function speak(wanted: Language): Promise<void> {
  wish = wanted
  const words = { ...(await LOAD[wanted]()), ...(await more?.[wanted]()) }
  // Asked for another language meanwhile: that one is on its way.
  if (wish !== wanted) return
  whole.value = true
  say(wanted, words)
}

let more: Load | undefined
/** What only the desk says. */
export const bring = (sentences: Load): void => {
  more = sentences
}

let hearing: Promise<void> | null = null
/** Every sentence, for whatever comes after the first screens. Done too when they could not be brought. */
export const hear = (): Promise<void> => (hearing ??= speak(wish).catch(() => undefined))

/** Remembered per browser; a phone that refuses to remember is asked its own language each time. */
export function preferred(): Language {
  try {
    const chosen = localStorage.getItem(CHOICE)
    if (chosen === 'zh-CN' || chosen === 'en') return chosen
  } catch {
    // Storage that is closed to us leaves the browser's own wish.
  }
  return navigator.language.toLowerCase().startsWith('zh') || navigator.language === '' ? 'zh-CN' : 'en'
}

export async function switchLanguage(): Promise<void> {
  await speak(language.value === 'en' ? 'zh-CN' : 'en')
  try {
    localStorage.setItem(CHOICE, language.value)
  } catch {
    // It holds until the page is closed.
  }
}

/** `{n}` is filled in; `{n|entry|entries}` is the word that goes with that number. */
const BLANK = /\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g

export function t(key: Key, fields: Record<string, string | number> = {}): string {
  // Nothing is said until its sentence is here; a key is only shown where nobody wrote one.
  const sentence = sentences.value[key] ?? (whole.value ? key : '')
  return sentence.replace(BLANK, (_, name: string, one?: string, many?: string) =>
    one === undefined ? String(fields[name] ?? '') : ((Number(fields[name]) === 1 ? one : many) ?? ''),
  )
}

/** A key made at run time: the fallback is said when nobody wrote a sentence for it (a newer server's word). */
export const tOr = (key: string, fallback: Key, fields: Record<string, string | number> = {}): string =>
  t(key in sentences.value ? (key as Key) : fallback, fields)

export const sentenceOf = (word: string): string => tOr(`word.${word}`, 'word.unexpected')
