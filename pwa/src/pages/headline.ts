/* Where a screen begins for somebody who does not see it: its h1. The tab's title follows it, and focus goes there. */

/** Tells the words of the screen's h1 now and whenever they change, also when it comes late. Returns how to stop. */
export function followHeadline(root: HTMLElement, tell: (words: string, headline: HTMLElement) => void): () => void {
  let told: HTMLElement | null = null
  const look = () => {
    const headline = root.querySelector('h1')
    if (!headline) return
    if (headline !== told) {
      told = headline
      inner.disconnect()
      inner.observe(headline, { childList: true, characterData: true, subtree: true })
    }
    outer.disconnect()
    tell(headline.textContent.trim(), headline)
  }
  const inner = new MutationObserver(look)
  // Only until the h1 is there: a handbook of a thousand lines is not watched line by line.
  const outer = new MutationObserver(look)
  outer.observe(root, { childList: true, subtree: true })
  look()
  return () => {
    inner.disconnect()
    outer.disconnect()
  }
}

/** A new screen is read from its h1 on, unless the screen itself has put the focus somewhere. */
export function focusHeadline(root: HTMLElement, headline: HTMLElement): void {
  const now = document.activeElement
  if (now && now !== document.body && root.contains(now)) return
  headline.tabIndex = -1
  headline.focus({ preventScroll: true })
}
