/** A clock that moves only when told, and then in the right order. */
export class Clock {
  at = 0
  private timers: { id: number; at: number; work: () => void }[] = []
  private ids = 0

  set = (work: () => void, ms: number): number => {
    this.ids += 1
    this.timers.push({ id: this.ids, at: this.at + ms, work })
    return this.ids
  }

  clear = (id: unknown): void => {
    this.timers = this.timers.filter((timer) => timer.id !== id)
  }

  now = (): number => this.at

  next(): number {
    return Math.min(...this.timers.map((timer) => timer.at)) - this.at
  }

  async pass(ms: number): Promise<void> {
    const end = this.at + ms
    for (;;) {
      await breathe()
      const [first] = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)
      if (!first) break
      this.at = first.at
      this.clear(first.id)
      first.work()
    }
    this.at = end
    await breathe()
  }
}

const breathe = async (): Promise<void> => {
  for (let n = 0; n < 20; n += 1) await Promise.resolve()
}
