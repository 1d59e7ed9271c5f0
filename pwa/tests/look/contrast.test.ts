/* Every pair of colours that text is set in stands out 4.5 : 1, in the light and in the dark; marks and rings 3 : 1 where they alone tell. */
import { describe, expect, it } from 'vitest'
import css from '../../src/styles/tokens.css?raw'

const [light, dark] = css.split('@media (prefers-color-scheme: dark)')

function tokensOf(part: string): Record<string, string> {
  return Object.fromEntries([...part.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name, value]) => [name!, value!]))
}

const THEMES = { light: tokensOf(light!), dark: { ...tokensOf(light!), ...tokensOf(dark!) } }

function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}

function contrast(one: string, other: string): number {
  const [dim, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (bright! + 0.05) / (dim! + 0.05)
}

const TEXT: [string, string][] = [
  ...['ink', 'ink-soft', 'work', 'wait', 'seal'].flatMap((ink) => [[ink, 'paper'], [ink, 'sheet']] as [string, string][]),
  ...['ink', 'ink-soft', 'work'].map((ink): [string, string] => [ink, 'work-soft']),
  ...['ink', 'wait'].map((ink): [string, string] => [ink, 'wait-soft']),
  ['ink', 'quiet-soft'],
  ['ink-soft', 'quiet-soft'],
  ['work-ink', 'work'],
  ['wait-ink', 'wait'],
  ['paper', 'seal'],
]
const MARKS: [string, string][] = [
  ['work', 'quiet-soft'],
  ['work', 'work-light'],
]

describe.each(Object.entries(THEMES))('the %s theme', (_, theme) => {
  it('is read from the tokens', () => {
    expect(Object.keys(theme).length).toBeGreaterThan(14)
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
    expect(contrast('#777777', '#ffffff')).toBeLessThan(4.5)
  })

  it.each(TEXT)('sets %s on %s so that it can be read', (ink, ground) => {
    expect(contrast(theme[ink]!, theme[ground]!)).toBeGreaterThanOrEqual(4.5)
  })

  it.each(MARKS)('sets %s on %s so that it can be seen', (mark, ground) => {
    expect(contrast(theme[mark]!, theme[ground]!)).toBeGreaterThanOrEqual(3)
  })
})

it('gives the dark theme every colour of the light one', () => {
  expect(Object.keys(tokensOf(dark!)).sort()).toEqual(Object.keys(tokensOf(light!)).sort())
})
