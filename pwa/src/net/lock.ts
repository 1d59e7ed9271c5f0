/* One tab at a time, where the browser can say so. Only an optimisation: two tabs at once are correct too, since a page is
   stored only where it was asked from. A lock that a sleeping tab never gives back must not stop anybody. */
const PATIENCE_MS = 10_000

export async function oneTab<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = (navigator as Partial<Navigator>).locks
  if (!locks) return work()
  const tired = new AbortController()
  const timer = setTimeout(() => tired.abort(), PATIENCE_MS)
  let begun = false
  try {
    return await locks.request(name, { signal: tired.signal }, () => {
      begun = true
      clearTimeout(timer)
      return work()
    })
  } catch (why) {
    if (begun) throw why
    return work()
  } finally {
    clearTimeout(timer)
  }
}
