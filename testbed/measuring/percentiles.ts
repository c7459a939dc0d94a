/** The value that `share` (0 to 1) of the measured ones do not exceed; nearest rank. `null` when nothing was measured. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((left, right) => left - right);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  return value === undefined ? null : Math.round(value * 10) / 10;
}

/** The figures every bench tells of its latencies, in the unit given. */
export function latencyFigures(values: readonly number[]) {
  return { p50: percentile(values, 0.5), p95: percentile(values, 0.95), p99: percentile(values, 0.99) };
}
