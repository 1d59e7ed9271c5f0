/* What is typed under 扫一扫 is opened only when it is ours. */
import { describe, expect, it } from 'vitest'
import { readTyped } from '../../src/actions/book/typed'

const OURS = 'https://jiangji.example'

describe('what was typed', () => {
  it.each(['7K3-MQ0', ' 7k3mq0 ', '7K3 MQ0', '7K3—MQ0'])('%j is a short code', (text) => {
    expect(readTyped(text, OURS)).toMatchObject({ as: 'code', code: expect.stringMatching(/^7k3mq0$/i) })
  })

  it.each([
    ['', { as: 'nothing' }],
    ['你好', { as: 'unclear' }],
    ['7K3MQ', { as: 'unclear' }],
    ['7K3MQ-0X9TB', { as: 'activation', fragment: '' }],
    ['lin.7K3MQ-0X9TB', { as: 'activation', fragment: '#lin.7K3MQ-0X9TB' }],
    [`${OURS}/activate#lin.7K3MQ0X9TB`, { as: 'activation', fragment: '#lin.7K3MQ0X9TB' }],
    [`${OURS}/activate`, { as: 'activation', fragment: '' }],
    [`${OURS}/q#0172`, { as: 'exchange' }],
    [`${OURS}/sign?who=1`, { as: 'page', path: '/sign?who=1' }],
    ['jiangji.example/book', { as: 'page', path: '/book' }],
    ['https://jiangji.example.evil.cn/sign', { as: 'foreign', name: 'jiangji.example.evil.cn' }],
    ['https://jiangji.example@evil.cn/', { as: 'foreign', name: 'evil.cn' }],
    ['http://jiangji.example/sign', { as: 'foreign', name: 'jiangji.example' }],
    ['https://jiangji.example:8443/', { as: 'foreign', name: 'jiangji.example:8443' }],
    ['javascript:alert(1)', { as: 'foreign', name: 'javascript:' }],
    ['weixin://dl/business', { as: 'foreign', name: 'dl' }],
    ['www.example.org/x', { as: 'foreign', name: 'www.example.org' }],
    ['//evil.cn/sign', { as: 'unclear' }],
  ])('%j is read for what it is', (text, said) => {
    expect(readTyped(text, OURS)).toEqual(said)
  })
})
