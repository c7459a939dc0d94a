import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTimestamp, HYBRID_TIMESTAMP_PATTERN } from './hybrid-clock.ts';
import { boundedStamp, placeOf, receiptBoundOf } from './receipt-bound.ts';

const RECEIVED = '2026-11-27T03:00:00.000Z';
const stampAt = (ms: number, device = 'desk1', counter = 0) => formatTimestamp({ wallMs: ms, counter }, device);
const placed = (hlc: string, receivedAt: string) => placeOf(hlc, receiptBoundOf(hlc, receivedAt));

describe("an event's place in the order (CLK-4)", () => {
  it('is its stamp, where that does not lie ahead of the receipt', () => {
    const stamp = stampAt(Date.parse(RECEIVED));
    expect(receiptBoundOf(stamp, RECEIVED)).toBeUndefined();
    expect(placed(stamp, RECEIVED)).toBe(stamp);
  });

  it.each([1, 60_000, 2 * 365 * 86_400_000, 0xffff_ffff_ffff - Date.parse(RECEIVED)])(
    'is before what is recorded after it was received, %d ms ahead',
    (ahead) => {
      const early = stampAt(Date.parse(RECEIVED) + ahead, 'zzzz', 0xffff);
      const later = stampAt(Date.parse(RECEIVED) + 1, 'aaaa');
      expect(placed(early, RECEIVED) < placed(later, '2026-11-27T03:00:01.000Z')).toBe(true);
      expect(boundedStamp(early, receiptBoundOf(early, RECEIVED))).toMatch(HYBRID_TIMESTAMP_PATTERN);
    },
  );

  it("keeps the order of one device's events, received in any batches, whatever its clock", () => {
    const step = fc.record({ recorded: fc.nat(1_000), received: fc.nat(1_000) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 2 }), fc.integer({ min: -2_000, max: 5_000 }), (steps, ahead) => {
        let [now, receipt] = [Date.parse(RECEIVED), Date.parse(RECEIVED)];
        const places = steps.map(({ recorded, received }, at) => {
          now += recorded;
          receipt = Math.max(receipt + received, now);
          return placed(stampAt(now + ahead, 'desk1', at), new Date(receipt).toISOString());
        });
        expect(places.toSorted()).toEqual(places);
      }),
    );
  });
});
