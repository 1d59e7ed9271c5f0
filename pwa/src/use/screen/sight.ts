/* What counts as read or looked at: it has stood there for a while, and somebody could see it. */

/** Begins anew when the phone was laid aside meanwhile. Returns how to stop. */
export function afterSight(ms: number, work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = () => {
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', begin)
  }
  function begin() {
    clearTimeout(timer)
    if (document.visibilityState !== 'visible') return
    timer = setTimeout(() => {
      stop()
      work()
    }, ms)
  }
  document.addEventListener('visibilitychange', begin)
  begin()
  return stop
}
