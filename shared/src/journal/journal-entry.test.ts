import { describe, expect, it } from 'vitest';
import { HybridClock } from '../clock/hybrid-clock.ts';
import { deviceIdSchema, eventIdOf, shelterIdSchema } from '../identifiers/identifiers.ts';
import { recordEvent } from '../reception/record-event.ts';
import { sampleHouseholds, seededBytes } from '../sample-households/sample-households.ts';
import { importDataKey } from '../sealing/at-rest.ts';
import { fromBase64url } from '../sealing/base64url.ts';
import { importSealingPrivateKey, importSealingPublicKey, newSealingKeyPair, UnsealError } from '../sealing/hpke.ts';
import { openJournalEntry, sealEventForKiosk, sealJournalEntry, unsealEventForKiosk } from './journal-entry.ts';

const NOW = Date.UTC(2026, 10, 22);
const RANDOM = seededBytes(8);

async function sealedAdmission() {
  const [household] = sampleHouseholds(21, 1, 3);
  if (household === undefined) throw new Error('no sample');
  const recorder = {
    shelterId: shelterIdSchema.parse('school-1'),
    deviceId: deviceIdSchema.parse('desk1'),
    eventKey: RANDOM(32),
  };
  const event = recordEvent(recorder, new HybridClock('desk1', () => NOW), NOW, 'admitted', {
    stay: 'shelter',
    method: 'card-qr',
    assurance: 'card-presented',
    household,
  });
  const dataKey = await importDataKey(new Uint8Array(RANDOM(32)));
  const recovery = await newSealingKeyPair();
  const kiosk = await sealEventForKiosk(event, dataKey, RANDOM);
  const entry = await sealJournalEntry(event, kiosk, await importSealingPublicKey(recovery.publicKey));
  return { event, entry, dataKey, recovery };
}

describe('a journal entry', () => {
  it('opens with HQ’s recovery key and with the kiosk’s data key (SEC-3)', async () => {
    const { event, entry, dataKey, recovery } = await sealedAdmission();
    expect(await openJournalEntry(entry, await importSealingPrivateKey(recovery.privateKey))).toEqual(event);
    expect(await unsealEventForKiosk(entry.id, entry.kiosk, dataKey)).toEqual(event);
  });

  it('opens with no other key, and not under another id (SEC-3)', async () => {
    const { entry, dataKey, recovery } = await sealedAdmission();
    const stranger = await importSealingPrivateKey((await newSealingKeyPair()).privateKey);
    const otherId = eventIdOf('000000000000-0000-desk1');
    await expect(openJournalEntry(entry, stranger)).rejects.toThrow(UnsealError);
    await expect(unsealEventForKiosk(otherId, entry.kiosk, dataKey)).rejects.toThrow(UnsealError);
    const own = await importSealingPrivateKey(recovery.privateKey);
    await expect(openJournalEntry({ ...entry, id: otherId }, own)).rejects.toThrow(UnsealError);
  });

  it('shows no name, kana, address or birth date (SEC-2)', async () => {
    const { event, entry } = await sealedAdmission();
    const text = ['utf-8', 'utf-16le', 'shift_jis'].flatMap((encoding) =>
      [entry.hq, entry.kiosk].map((part) => new TextDecoder(encoding).decode(fromBase64url(part))),
    );
    const { household } = event.body;
    const secrets = household.members.flatMap((member) => [
      member.name.written,
      member.name.kana ?? '-',
      member.birthDate ?? '-',
    ]);
    for (const secret of [...secrets, household.address?.line ?? '-']) {
      for (const haystack of [...text, JSON.stringify(entry)]) expect(haystack).not.toContain(secret);
    }
  });
});
