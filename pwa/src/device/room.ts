/* How full this phone's room for us is. A browser that does not say counts as having room. */
const MOST_PERCENT = 80

export async function isNearlyFull(): Promise<boolean> {
  const storage = (navigator as Partial<Navigator>).storage
  if (!storage?.estimate) return false
  try {
    const { usage = 0, quota = 0 } = await storage.estimate()
    return quota > 0 && usage * 100 >= quota * MOST_PERCENT
  } catch {
    return false
  }
}
