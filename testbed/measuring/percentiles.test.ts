import { describe, expect, it } from 'vitest';
import { latencyFigures } from './percentiles.ts';

describe('latency figures', () => {
  it('are nearest ranks, whatever the order', () => {
    const values = Array.from({ length: 100 }, (_, at) => 100 - at);
    expect(latencyFigures(values)).toEqual({ p50: 50, p95: 95, p99: 99 });
    expect(latencyFigures([7])).toEqual({ p50: 7, p95: 7, p99: 7 });
  });

  it('are unknown, not zero, when nothing was measured', () => {
    expect(latencyFigures([])).toEqual({ p50: null, p95: null, p99: null });
  });
});
