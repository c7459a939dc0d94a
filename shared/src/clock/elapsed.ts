/**
 * How long ago a moment was, by a wall clock (ms since 1970 UTC) that may have been set back since. A moment that now
 * lies ahead says nothing: it counts as now, and is to be remembered as that.
 */
export function elapsedSince(moment: number, now: number): { readonly ms: number; readonly since: number } {
  const since = Math.min(moment, now);
  return { ms: now - since, since };
}
