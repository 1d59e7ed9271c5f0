/* The loop behind the camera: it reads while somebody looks, lets the camera go when nobody does, and every way it can fail is told. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { look, type Looking, type Sight } from '../../src/actions/meet/look'
import { openCamera, wordOf, type Camera, type CameraWord } from '../../src/device/camera'
import { openReader, type Asked, type Told } from '../../src/device/decode'

vi.mock('../../src/device/decode.worker.ts?worker&url', () => ({ default: '/assets/decode.worker.js' }))

const picture = (): ImageData => ({ data: new Uint8ClampedArray(16), width: 2, height: 2, colorSpace: 'srgb' }) as ImageData

class Stage {
  opened = 0
  closed = 0
  said: string[] = []
  heard: string[] = []
  /** What the camera sees from now on; null before its first picture. */
  code: string | null = null
  blind = false
  answer: CameraWord | null = null
  broken = false
  lose: () => void = () => undefined
  turn: (seen: boolean) => void = () => undefined
  readonly looking: Looking

  constructor(private readonly delay = 0) {
    this.looking = look({
      open: () => this.open(),
      reader: { read: async () => this.code, broken: () => this.broken, close: () => undefined },
      see: () => (this.blind ? null : picture()),
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      watch: (seen) => {
        this.turn = seen
        return () => this.said.push('unwatched')
      },
      tell: (sight: Sight) => this.said.push(sight.as === 'trouble' ? sight.word : sight.as),
      hear: (text) => this.heard.push(text),
    })
  }

  private async open(): Promise<Camera | CameraWord> {
    await new Promise((resolve) => setTimeout(resolve, this.delay))
    if (this.answer) return this.answer
    this.opened += 1
    const nothing = async () => true
    return {
      ...{ stream: {} as MediaStream, torch: false, zoom: null, light: nothing, approach: nothing },
      onLost: (lost) => (this.lose = lost),
      close: () => (this.closed += 1),
    }
  }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

describe('looking', () => {
  it('reads again and again, and waits for the first picture', async () => {
    const stage = new Stage()
    stage.blind = true
    stage.looking.begin()
    await pass(100)
    expect(stage.said).toEqual(['opening', 'looking'])
    stage.blind = false
    stage.code = 'a'
    await pass(100)
    stage.code = 'b'
    await pass(100)
    expect([...new Set(stage.heard)]).toEqual(['a', 'b'])
    expect(stage.heard.length).toBeLessThan(8)
  })

  it('lets go of the camera while nobody looks, and takes it again', async () => {
    const stage = new Stage()
    stage.looking.begin()
    await pass(50)
    stage.turn(false)
    stage.code = 'unseen'
    await pass(500)
    expect([stage.opened, stage.closed, stage.heard]).toEqual([1, 1, []])
    stage.turn(true)
    await pass(100)
    expect([stage.opened, stage.closed, stage.heard.length > 0]).toEqual([2, 1, true])
    expect(stage.said).toEqual(['opening', 'looking', 'resting', 'opening', 'looking'])
  })

  it('rests once enough was read, also when the screen is seen again', async () => {
    const stage = new Stage()
    stage.code = 'a'
    stage.looking.begin()
    await pass(10)
    stage.looking.rest()
    const before = stage.heard.length
    stage.turn(false)
    stage.turn(true)
    await pass(500)
    expect([stage.heard.length, stage.opened, stage.closed]).toEqual([before, 1, 1])
    stage.looking.begin()
    await pass(50)
    expect(stage.heard.length).toBeGreaterThan(before)
  })

  it('closes a camera that opened after everybody had left', async () => {
    const stage = new Stage(300)
    stage.looking.begin()
    await pass(10)
    stage.looking.end()
    await pass(1000)
    expect([stage.opened, stage.closed, stage.heard]).toEqual([1, 1, []])
    expect(stage.said).toEqual(['opening', 'unwatched'])
  })

  it('two taps are one camera', async () => {
    const stage = new Stage(50)
    stage.looking.begin()
    stage.looking.begin()
    await pass(500)
    expect(stage.opened - stage.closed).toBe(1)
  })

  it.each(['no_camera', 'camera_denied', 'camera_busy'] as const)('says %s, and tries again when asked, not before', async (word) => {
    const stage = new Stage()
    stage.answer = word
    stage.looking.begin()
    await pass(50)
    stage.turn(false)
    stage.turn(true)
    await pass(50)
    expect(stage.said).toEqual(['opening', word])
    stage.answer = null
    stage.looking.begin()
    await pass(50)
    expect(stage.said.slice(2)).toEqual(['opening', 'looking'])
  })

  it('says so when another app takes the camera, once', async () => {
    const stage = new Stage()
    stage.looking.begin()
    await pass(50)
    stage.lose()
    stage.lose()
    await pass(500)
    expect(stage.said).toEqual(['opening', 'looking', 'camera_busy'])
    expect(stage.closed).toBe(1)
  })

  it('says so when nothing on this phone can read codes', async () => {
    const stage = new Stage()
    stage.broken = true
    stage.looking.begin()
    await pass(200)
    expect(stage.said).toEqual(['opening', 'looking', 'no_reader'])
    expect(stage.closed).toBe(1)
  })
})

describe('the camera', () => {
  afterEach(() => void vi.unstubAllGlobals())

  it.each([
    ['NotAllowedError', 'camera_denied'],
    ['SecurityError', 'camera_denied'],
    ['NotFoundError', 'no_camera'],
    ['OverconstrainedError', 'no_camera'],
    ['NotReadableError', 'camera_busy'],
    ['AbortError', 'camera_busy'],
  ])('%s is %s', async (name, word) => {
    expect(wordOf({ name })).toBe(word)
    vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: async () => Promise.reject(Object.assign(new Error(), { name })) } })
    expect(await openCamera()).toBe(word)
  })

  it('a browser without one', async () => {
    vi.stubGlobal('navigator', {})
    expect(await openCamera()).toBe('no_camera')
  })

  it('tells what it can and uses it', async () => {
    const set: unknown[] = []
    const track = {
      getCapabilities: () => ({ torch: true, zoom: { min: 1, max: 10, step: 0.5 }, focusMode: ['manual', 'continuous'] }),
      applyConstraints: async (wish: { advanced: unknown[] }) => void set.push(...wish.advanced),
      addEventListener: () => undefined,
      stop: () => set.push('stopped'),
    }
    vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: async () => ({ getVideoTracks: () => [track], getTracks: () => [track] }) } })
    const asked: unknown[] = []
    const { mediaDevices } = navigator
    vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: (wish: MediaStreamConstraints) => (asked.push(wish.video), mediaDevices.getUserMedia(wish)) } })
    const camera = (await openCamera()) as Camera
    await openCamera('user')
    expect(asked).toMatchObject([{ facingMode: { ideal: 'environment' } }, { facingMode: { ideal: 'user' } }])
    expect([camera.torch, camera.zoom]).toEqual([true, { least: 1, most: 5, step: 0.5 }])
    expect([await camera.light(true), await camera.approach(2)]).toEqual([true, true])
    camera.close()
    expect(set).toEqual([{ focusMode: 'continuous' }, { focusMode: 'continuous' }, { torch: true }, { zoom: 2 }, 'stopped'])
  })
})

describe('the reader', () => {
  class Beside {
    onmessage: ((event: { data: Told }) => void) | null = null
    onerror: (() => void) | null = null
    ended = false
    constructor(private readonly behave: (worker: Beside, asked: Asked) => void) {}
    postMessage = (asked: Asked) => this.behave(this, asked)
    terminate = () => void (this.ended = true)
    say = (text: string | null) => this.onmessage?.({ data: { text, by: 'compiled' } })
  }

  it('answers one picture after the other', async () => {
    let n = 0
    const reader = openReader(() => new Beside((worker) => setTimeout(() => worker.say(`${(n += 1)}`), 20)) as unknown as Worker)
    const both = Promise.all([reader.read(picture()), reader.read(picture())])
    await pass(100)
    expect(await both).toEqual(['1', '2'])
  })

  it('replaces one that hangs and one that falls, and gives up after three', async () => {
    const made: Beside[] = []
    const hang = () => undefined
    const reader = openReader(() => {
      made.push(new Beside(made.length ? (worker) => worker.onerror?.() : hang))
      return made[made.length - 1] as unknown as Worker
    })
    const first = reader.read(picture())
    await pass(8000)
    expect([await first, made[0]!.ended, reader.broken()]).toEqual([null, true, false])
    expect([await reader.read(picture()), await reader.read(picture())]).toEqual([null, null])
    expect([reader.broken(), made.length]).toEqual([true, 3])
    expect(await reader.read(picture())).toBe(null)
    expect(made.length).toBe(3)
  })

  it('a phone without workers is told so', async () => {
    const reader = openReader(() => {
      throw new TypeError('no workers')
    })
    expect(await reader.read(picture())).toBe(null)
    expect(reader.broken()).toBe(true)
  })

  it('lets whoever waits go when it is closed', async () => {
    const worker = new Beside(() => undefined)
    const reader = openReader(() => worker as unknown as Worker)
    const asked = reader.read(picture())
    await pass(10)
    reader.close()
    expect([await asked, worker.ended]).toEqual([null, true])
  })
})
