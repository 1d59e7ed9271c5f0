/* From a form that has done its work to the page that shows it. */
import type { Router } from 'vue-router'

const went = async (going: Promise<unknown>): Promise<boolean> =>
  going.then((failure) => !failure, () => false)

/** The page it was opened from comes back, instead of standing there twice. */
const back = (router: Router): Promise<boolean> =>
  new Promise((done) => {
    const ends = [router.afterEach((_to, _from, failure) => end(!failure)), router.onError(() => end(false))]
    function end(there: boolean) {
      for (const stop of ends) stop()
      done(there)
    }
    router.back()
  })

/** A page that is not on this phone yet may not come, and a form that was saved must not stand there as if it were not: 今日 came with
    the frame, and shows what is saved as well. */
export async function leaveFor(router: Router, to: string): Promise<void> {
  const there = router.options.history.state.back === to ? back(router) : went(router.replace(to))
  if (!(await there)) await went(router.replace('/'))
}
