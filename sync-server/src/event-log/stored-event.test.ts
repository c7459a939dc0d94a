import { HybridClock } from '@uketsuke/shared/clock';
import { deviceIdSchema, shelterIdSchema } from '@uketsuke/shared/identifiers';
import { recordEvent } from '@uketsuke/shared/reception';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { canonicalJson } from '@uketsuke/shared/sealing';
import { describe, expect, it } from 'vitest';
import { readStoredEvent, storedEvent, storedEventJson } from './stored-event.ts';

const RECEIVED = '2026-11-22T03:00:00.000Z';
const RECORDER = {
  shelterId: shelterIdSchema.parse('s1'),
  deviceId: deviceIdSchema.parse('desk1'),
  eventKey: new Uint8Array(32),
};

describe('a stored event', () => {
  it('is the same made as JSON and as a document, and is read back unchanged', () => {
    const clock = new HybridClock('desk1', Date.now);
    for (const household of sampleHouseholds(77, 40)) {
      const event = recordEvent(RECORDER, clock, Date.now(), 'admitted', {
        stay: 'shelter',
        method: 'card-qr',
        assurance: 'card-presented',
        household,
      });
      const json = Buffer.concat(storedEventJson(event.id, Buffer.from(canonicalJson(event)), RECEIVED));
      const document: unknown = JSON.parse(json.toString());
      expect(document).toEqual(storedEvent(event, RECEIVED));
      expect(readStoredEvent({ ...storedEvent(event, RECEIVED), _rev: '1-a' })).toEqual({
        event,
        receivedAt: RECEIVED,
      });
    }
  });
});
