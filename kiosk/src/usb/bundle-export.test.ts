import { HybridClock } from '@uketsuke/shared/clock';
import type { EnrolmentResponse } from '@uketsuke/shared/contracts';
import { newDeviceId, shelterIdSchema } from '@uketsuke/shared/identifiers';
import { recordEvent } from '@uketsuke/shared/reception';
import { seededBytes } from '@uketsuke/shared/sample-households';
import { newSealingKeyPair, toBase64url } from '@uketsuke/shared/sealing';
import { describe, expect, it } from 'vitest';
import { bundleExportOf } from './bundle-export.ts';

const NOW = Date.UTC(2026, 10, 22, 10, 30);
const eventKey = seededBytes(1)(32);
const shelter = { shelterId: shelterIdSchema.parse('shirakawa'), name: '白川小学校' };
const deviceId = newDeviceId(seededBytes(2));
const clock = new HybridClock(deviceId, () => NOW);
const events = Array.from({ length: 120 }, (_, people) =>
  recordEvent({ shelterId: shelter.shelterId, deviceId, eventKey }, clock, NOW, 'headcount-reported', {
    people: people + 1,
    remark: '体育館の北側',
  }),
);
const log = {
  async *exportable(which: 'unacknowledged' | 'all') {
    yield* which === 'all' ? events : events.slice(0, 7);
  },
  countExportable: (which: 'unacknowledged' | 'all') => (which === 'all' ? events.length : 7),
};

async function exportWith(bundlePublicKey: string | undefined) {
  const key = toBase64url(eventKey);
  const enrolment: EnrolmentResponse = {
    deviceId,
    deviceName: '受付1',
    credential: 'credential',
    eventKey: key,
    city: { name: '熊本市' },
    shelter,
    issuerKeys: [],
    receptionKeys: [key],
    recoveryPublicKey: key,
    ...(bundlePublicKey === undefined ? {} : { bundlePublicKey }),
  };
  return bundleExportOf({ events: log, enrolment, now: () => NOW });
}

describe('exporting to a USB stick (SYN-10)', () => {
  it('writes the chosen records into one sealed file, and tells how far it is', async () => {
    const bundles = await exportWith(toBase64url((await newSealingKeyPair()).publicKey));
    expect([bundles.isPossible, bundles.count('unacknowledged'), bundles.count('all')]).toEqual([true, 7, 120]);
    const told: number[] = [];
    const all = await bundles.make('all', (done) => told.push(done));
    expect(all.events).toBe(120);
    expect(told).toEqual([50, 100]);
    expect(all.name).toBe(`uketsuke-shirakawa-${deviceId}-20261122-1030.ukebundle`);
    const text = await all.blob.text();
    expect(JSON.parse(text.split('\n')[0] ?? '')).toMatchObject({ shelterId: 'shirakawa', content: 'all' });
    expect(text).not.toContain('体育館');
    expect((await bundles.make('unacknowledged', () => undefined)).events).toBe(7);
  });

  it('is not offered by a kiosk that was enrolled before there were bundles', async () => {
    expect((await exportWith(undefined)).isPossible).toBe(false);
  });
});
