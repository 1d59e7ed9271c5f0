/* Every word the server or the phone can say has a sentence in both languages. */
import { describe, expect, it, vi } from 'vitest'
import { WORDS } from '../../src/sync/errors'
import { OWN_WORDS } from '../../src/sync/own'
import { speak, t } from '../../src/texts'
import { en } from '../../src/texts/en/index'
import { zh } from '../../src/texts/zh/index'
import doors from '../../../server/errors.py?raw'
import { desk as deskEn } from '../../src/texts/en/desk'
import { desk as deskZh } from '../../src/texts/zh/desk'
import python from '../../../sync/errors.py?raw'

const pythonWords = [...python.matchAll(/^ {4}"(\w+)": "(?:refused|held|quarantined)"/gm)].map((found) => found[1]!)
const doorWords = [...doors.matchAll(/^ {4}"(\w+)": \d{3},/gm)].map((found) => found[1]!)

describe('words', () => {
  it('reads the list the server reads', () => {
    expect(pythonWords.length).toBeGreaterThan(30)
    expect(doorWords.length).toBeGreaterThan(20)
    expect(Object.keys(WORDS).sort()).toEqual([...pythonWords].sort())
  })

  it.each([['zh-CN', zh], ['en', en]])('has a sentence for each in %s', (_, sentences) => {
    const said: Record<string, string> = sentences
    // What only a desk hears is said only there.
    const ofDesk: Record<string, string> = sentences === zh ? deskZh : deskEn
    const missing = [...pythonWords, ...doorWords, ...Object.keys(WORDS), ...OWN_WORDS].filter((word) => !said[`word.${word}`] && !ofDesk[`desk.word.${word}`])
    expect(missing).toEqual([])
  })

  it('fills the same blanks in both languages', () => {
    const blanks = (sentence: string) => (sentence.match(/\{\w+\}/g) ?? []).sort()
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) expect([key, blanks(en[key])]).toEqual([key, blanks(zh[key])])
  })

  it('says one and many in English as people do', async () => {
    vi.stubGlobal('document', { documentElement: { lang: '' } })
    await speak('en')
    expect([0, 1, 2].map((n) => t('folk.count', { n }))).toEqual(['0 apprentices', '1 apprentice', '2 apprentices'])
    expect(t('notice.entry_returned', { n: 1 })).toBe('1 entry was returned; mend it and hand it in again')
    vi.unstubAllGlobals()
  })

  it('asks for one or many only of what the sentence counts', () => {
    for (const sentence of Object.values(en)) {
      for (const [, name] of sentence.matchAll(/\{(\w+)\|/g)) expect(sentence).toContain(`{${name}}`)
    }
  })
})
