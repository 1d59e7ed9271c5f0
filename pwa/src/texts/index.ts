/* The sentences of the interface, one language in memory at a time. */
import { shallowRef, type ShallowRef } from 'vue'
import type { zh } from './zh'

export type Key = keyof typeof zh
export type Language = 'zh-CN' | 'en'

type Sentences = Record<Key, string>

const LOAD: Record<Language, () => Promise<Sentences>> = {
  'zh-CN': async () => (await import('./zh')).zh,
  en: async () => (await import('./en')).en,
}

const CHOICE = 'jiangji-language'

const sentences = shallowRef<Partial<Sentences>>({})

export const language: ShallowRef<Language> = shallowRef('zh-CN')

export async function speak(wanted: Language): Promise<void> {
  sentences.value = await LOAD[wanted]()
  language.value = wanted
  document.documentElement.lang = wanted
}

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
  const sentence = sentences.value[key] ?? key
  return sentence.replace(BLANK, (_, name: string, one?: string, many?: string) =>
    one === undefined ? String(fields[name] ?? '') : ((Number(fields[name]) === 1 ? one : many) ?? ''),
  )
}

/** A key made at run time: the fallback is said when nobody wrote a sentence for it (a newer server's word). */
export const tOr = (key: string, fallback: Key, fields: Record<string, string | number> = {}): string =>
  t(key in sentences.value ? (key as Key) : fallback, fields)

export const sentenceOf = (word: string): string => tOr(`word.${word}`, 'word.unexpected')
