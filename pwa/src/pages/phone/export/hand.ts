/* Hand a file to the person: as a download, or through the share sheet where an installed iPhone app has no downloads. */
import { isAppleApp } from '../../../actions/door/browser'

interface Handed {
  name: string
  type: string
  parts: (string | Blob)[]
}

async function share(file: File): Promise<boolean> {
  const { canShare } = navigator as Partial<Navigator>
  if (!canShare?.call(navigator, { files: [file] })) return false
  try {
    await navigator.share({ files: [file] })
    return true
  } catch (why) {
    // Put away by the person himself: he has decided.
    return why instanceof DOMException && why.name === 'AbortError'
  }
}

export async function hand({ name, type, parts }: Handed): Promise<void> {
  const blob = new Blob(parts, { type })
  if (isAppleApp() && (await share(new File([blob], name, { type })))) return
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
