import { expect, it } from 'vitest';
import { HybridClock } from '../clock/index.ts';
import { deviceIdSchema, shelterIdSchema } from '../identifiers/index.ts';
import { recordEvent } from '../reception/index.ts';
import { fittingBatch } from './push-batch.ts';

it('keeps a push within its number and bytes, and never empties it', () => {
  const recorder = {
    shelterId: shelterIdSchema.parse('school-1'),
    deviceId: deviceIdSchema.parse('desk1'),
    eventKey: new Uint8Array(32),
  };
  const clock = new HybridClock('desk1', () => 0);
  const events = Array.from({ length: 20 }, () =>
    recordEvent(recorder, clock, 0, 'headcount-reported', { people: 4, remark: '避難者'.repeat(40) }),
  );
  expect(fittingBatch(events, 5)).toHaveLength(5);
  const batch = fittingBatch(events, 20, 5_000);
  expect(batch.length).toBeGreaterThan(1);
  expect(new TextEncoder().encode(JSON.stringify({ events: batch })).length).toBeLessThanOrEqual(5_000);
  expect(fittingBatch(events, 20, 10)).toHaveLength(1);
  expect(fittingBatch([], 20)).toEqual([]);
});
