import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatTimestamp, HybridClock } from '@uketsuke/shared/clock';
import { type ShelterId, shelterIdSchema } from '@uketsuke/shared/identifiers';
import {
  type CardAttributes,
  type DirectoryKey,
  linkHolderOf,
  linkIdOf,
  openLinkedHousehold,
  sealLinkedHousehold,
} from '@uketsuke/shared/my-number-card';
import { birthDateSchema, type Household } from '@uketsuke/shared/person';
import { recordEvent } from '@uketsuke/shared/reception';
import { allOthers, allTheSame, type Doubt, type RosterEntry } from '@uketsuke/shared/roster';
import { seededBytes } from '@uketsuke/shared/sample-households';
import { fromBase64url, toBase64url } from '@uketsuke/shared/sealing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CityKeys, householdOf } from '../../../testbed/test-kiosk/city-keys.ts';
import { TestKiosk } from '../../../testbed/test-kiosk/test-kiosk.ts';
import { TestSyncServer } from '../../../testbed/test-kiosk/test-sync-server.ts';
import type { KioskHost } from '../../host/kiosk-host.ts';
import { KioskHostError } from '../../host/kiosk-host-error.ts';
import type { Desk } from '../desk/desk.ts';
import type { KioskSecrets } from '../reception/kiosk-secrets.ts';
import type { PresentedOutcome } from '../reception/outcomes.ts';
import { KioskStore } from '../store/kiosk-store.ts';
import type { TapOutcome } from './my-number-desk.ts';

const NOW = Date.UTC(2026, 10, 22, 1);
const now = () => NOW;
const hanako: CardAttributes = {
  name: '熊本 花子',
  address: '熊本県熊本市中央区手取本町１番１号',
  birthDate: birthDateSchema.parse('1980-02-17'),
  sex: 'female',
};
const directoryKey = (keyId: number): DirectoryKey => ({ keyId, key: toBase64url(seededBytes(60 + keyId)(32)) });
const certificateOf = (person: string) => createHash('sha256').update(`certificate of ${person}`).digest('base64url');
const CARD = certificateOf('花子');

let city: CityKeys;
let kiosk: TestKiosk;

function withKeys(secrets: KioskSecrets, ...keyIds: number[]): KioskSecrets {
  return { ...secrets, enrolment: { ...secrets.enrolment, cardDirectoryKeys: keyIds.map(directoryKey) } };
}

beforeEach(async () => {
  city = await CityKeys.build(81);
  kiosk = await TestKiosk.build(withKeys(city.secrets('desk1'), 1));
});
afterEach(() => kiosk.remove());

function peopleOf(outcome: TapOutcome): readonly RosterEntry[] {
  if (outcome.kind === 'admitted') return [...outcome.admitted, ...outcome.already];
  if (outcome.kind === 'returned' || outcome.kind === 'already-admitted') return outcome.entries;
  throw new Error(`nobody in ${outcome.kind}`);
}

function doubtsOf(outcome: TapOutcome): readonly Doubt[] {
  if (outcome.kind !== 'probably-here') throw new Error(`no question but ${outcome.kind}`);
  return outcome.doubts;
}

const idsOf = (outcome: PresentedOutcome) => peopleOf(outcome).map((entry) => entry.residentId);
const namesOf = (outcome: Parameters<typeof peopleOf>[0]) =>
  peopleOf(outcome).map((entry) => entry.person.name.written);

/** Admits a household by QR card and registers the My Number card for it. */
async function linkedByQr(desk: Desk, household: Household): Promise<void> {
  const outcome = await desk.cards.scan(await city.card(household, NOW), 'shelter');
  expect(await desk.myNumber.link(CARD, idsOf(outcome))).toEqual({ kind: 'linked' });
}

/** Puts what the city published of the card on the kiosk's disk; without a household it was taken back. */
async function publish(link: {
  readonly household: Household | null;
  readonly hlc: string;
  readonly shelterId?: ShelterId;
  readonly holder?: string;
}): Promise<void> {
  const { household, ...told } = link;
  const key = directoryKey(1);
  const linkId = linkIdOf(key, CARD);
  const sealed = household && (await sealLinkedHousehold(key, CARD, household, seededBytes(3)));
  const id = `card-link:${linkId}`;
  const store = await KioskStore.open('uketsuke-desk1', kiosk.storage);
  await store.putFacts([{ id, fact: { id, kind: 'card-link', linkId, keyId: 1, sealed, ...told } }]);
  await store.close();
}

describe('admission by My Number card', () => {
  it('by PIN is one person with the reading unknown, assured by card and PIN', async () => {
    const desk = await kiosk.open({ now });
    const outcome = await desk.myNumber.admitRead(CARD, { attributes: hanako, way: 'pin' }, 'car');
    expect(outcome).toMatchObject({ kind: 'admitted', cardId: null, already: [], expired: false });
    const [entry] = peopleOf(outcome);
    expect(entry).toMatchObject({
      assurance: 'card-and-pin',
      stay: 'car',
      person: { name: { written: '熊本 花子' }, birthDate: '1980-02-17', sex: 'female' },
      address: { municipality: '43101', line: '手取本町１番１号' },
    });
    expect(entry?.person.name.kana).toBeUndefined();
    expect(desk.view.snapshot().counts.admitted).toBe(1);
  });

  it('by the number on its face is assured as a card presented', async () => {
    const desk = await kiosk.open({ now });
    const outcome = await desk.myNumber.admitRead(CARD, { attributes: hanako, way: 'pin-b' }, 'shelter');
    expect(peopleOf(outcome)[0]?.assurance).toBe('card-presented');
  });

  it('is one admission for the same card, at every desk and after a restart; it is undone like any other (RCP-4, RCP-5)', async () => {
    const desk = await kiosk.open({ now });
    const read = { attributes: hanako, way: 'pin' } as const;
    const first = await desk.myNumber.admitRead(CARD, read, 'shelter');
    expect((await desk.myNumber.admitRead(CARD, read, 'shelter')).kind).toBe('already-admitted');
    const again = await kiosk.open({ now });
    expect((await again.myNumber.admitRead(CARD, read, 'shelter')).kind).toBe('already-admitted');
    expect(await again.admissions.undoLast()).toMatchObject({ kind: 'undone', names: ['熊本 花子'] });
    expect(again.view.snapshot().counts.admitted).toBe(0);
    const other = await TestKiosk.build(withKeys(city.secrets('desk2', 'school-2'), 1));
    const elsewhere = await (await other.open({ now })).myNumber.admitRead(CARD, read, 'shelter');
    expect(idsOf(elsewhere)).toEqual(idsOf(first));
    await other.remove();
  });

  it('stays one resident when headquarters rotated the keys (FLD-5)', async () => {
    const desk = await kiosk.open({ now });
    const read = { attributes: hanako, way: 'pin' } as const;
    const before = await desk.myNumber.admitRead(CARD, read, 'shelter');
    const rotated = await TestKiosk.build(withKeys(city.secrets('desk2'), 2, 1));
    const after = await (await rotated.open({ now })).myNumber.admitRead(CARD, read, 'shelter');
    expect(idsOf(after)).toEqual(idsOf(before));
    await rotated.remove();
  });

  it('by a tap needs a registration, which lasts over a restart (DUR-1)', async () => {
    const household = householdOf(91, 4);
    const names = household.members.map(({ name }) => name.written);
    const desk = await kiosk.open({ now });
    expect(await desk.myNumber.tap(CARD, 'shelter')).toEqual({ kind: 'not-linked' });
    await linkedByQr(desk, household);
    await desk.admissions.undoLast();
    const again = await kiosk.open({ now });
    const outcome = await again.myNumber.tap(CARD, 'home');
    expect(outcome).toMatchObject({
      kind: 'admitted',
      admitted: [{ assurance: 'card-presented', stay: 'home' }, {}, {}, {}],
    });
    expect(namesOf(outcome)).toEqual(names);
    expect(await again.myNumber.tap(CARD, 'home')).toMatchObject({ kind: 'already-admitted' });
    expect(await again.myNumber.tap(certificateOf('太郎'), 'home')).toEqual({ kind: 'not-linked' });
  });

  it('admits by tap the rest of a household of which some are here, and by PIN the registered resident (RCP-4)', async () => {
    const [first, ...rest] = householdOf(192, 3).members;
    if (first === undefined) throw new Error('no sample');
    const desk = await kiosk.open({ now });
    await linkedByQr(desk, { members: [first, ...rest] });
    await desk.admissions.undoLast();
    await desk.cards.scan(await city.card({ members: [first] }, NOW), 'shelter');
    const outcome = await desk.myNumber.tap(CARD, 'shelter');
    expect(outcome).toMatchObject({ kind: 'admitted', already: [{ residentId: first.residentId }] });
    const { birthDate = null, name, sex } = first;
    const attributes = { name: name.written, address: '', birthDate, sex };
    const read = await desk.myNumber.admitRead(CARD, { attributes, way: 'pin' }, 'shelter');
    expect(read.kind).toBe('already-admitted');
    expect(desk.view.snapshot().counts.admitted).toBe(3);
  });

  it('asks when somebody here is probably the same person, and does as it is told (FLD-4, FLD-5)', async () => {
    const [member] = householdOf(193, 1).members;
    if (member === undefined) throw new Error('no sample');
    const { birthDate = null, name, sex } = member;
    const read = { attributes: { name: name.written, address: '', birthDate, sex }, way: 'pin' } as const;
    const desk = await kiosk.open({ now });
    await desk.cards.scan(await city.card({ members: [member] }, NOW), 'shelter');
    const asked = doubtsOf(await desk.myNumber.admitRead(CARD, read, 'shelter'));
    expect(asked).toMatchObject([{ entries: [{ residentId: member.residentId }] }]);
    expect(desk.view.snapshot().counts.admitted).toBe(1);
    const same = await desk.myNumber.admitRead(CARD, read, 'shelter', allTheSame(asked));
    expect([same.kind, idsOf(same)]).toEqual(['already-admitted', [member.residentId]]);
    expect((await desk.myNumber.admitRead(CARD, read, 'shelter')).kind).toBe('already-admitted');
    const other = await desk.myNumber.admitRead(CARD, read, 'shelter', allOthers(asked));
    expect(other.kind).toBe('admitted');
    expect(desk.view.snapshot().counts.admitted).toBe(2);
    expect((await desk.myNumber.admitRead(CARD, read, 'shelter')).kind).toBe('already-admitted');
  });

  it('asks for a QR card, too, that comes after the My Number card of the same person (FLD-4)', async () => {
    const [member] = householdOf(193, 1).members;
    if (member === undefined) throw new Error('no sample');
    const { birthDate = null, name, sex } = member;
    const desk = await kiosk.open({ now });
    const read = { attributes: { name: name.written, address: '', birthDate, sex }, way: 'pin' } as const;
    await desk.myNumber.admitRead(CARD, read, 'shelter');
    const card = await city.card({ members: [member, ...householdOf(194, 1).members] }, NOW);
    const asked = doubtsOf(await desk.cards.scan(card, 'shelter'));
    expect(asked.map((doubt) => doubt.member.residentId)).toEqual([member.residentId]);
    expect(desk.view.snapshot().counts.admitted).toBe(1);
    const outcome = await desk.cards.scan(card, 'shelter', allTheSame(asked));
    expect(outcome).toMatchObject({ kind: 'admitted', already: [{ person: { name: { written: name.written } } }] });
    expect(desk.view.snapshot().counts.admitted).toBe(2);
  });

  it('is not recorded when the disk fails, and once when the card is shown again (RCP-8, DUR-3)', async () => {
    let failing = true;
    kiosk.wrapHost = (host: KioskHost) => ({
      ...host,
      journal: {
        read: (from, limit) => host.journal.read(from, limit),
        append: (entry) => (failing ? Promise.reject(new KioskHostError('disk-full')) : host.journal.append(entry)),
      },
    });
    const desk = await kiosk.open({ now });
    const read = { attributes: hanako, way: 'pin' } as const;
    expect(await desk.myNumber.admitRead(CARD, read, 'shelter')).toEqual({ kind: 'not-recorded', reason: 'disk-full' });
    expect(await desk.myNumber.link(CARD, [])).toEqual({ kind: 'not-possible' });
    failing = false;
    const outcome = await desk.myNumber.admitRead(CARD, read, 'shelter');
    expect(outcome.kind).toBe('admitted');
    expect(desk.view.snapshot().recent).toHaveLength(1);
  });
});

describe('a registered My Number card', () => {
  it('is registered no more after it was taken back, and can be registered again (MNC-5)', async () => {
    const desk = await kiosk.open({ now });
    await linkedByQr(desk, householdOf(93, 2));
    expect(await desk.myNumber.unlink(CARD)).toEqual({ kind: 'unlinked' });
    expect(await desk.myNumber.tap(CARD, 'shelter')).toEqual({ kind: 'not-linked' });
    await linkedByQr(desk, householdOf(94, 1));
    expect(namesOf(await desk.myNumber.tap(CARD, 'shelter'))).toHaveLength(1);
  });

  it('is found under an older key, and then renewed under the newest', async () => {
    const household = householdOf(95, 2);
    const desk = await kiosk.open({ now });
    await linkedByQr(desk, household);
    await kiosk.close();
    const rotated = withKeys(kiosk.secrets, 2, 1);
    Object.assign(kiosk, { secrets: rotated });
    const renewed = await kiosk.open({ now });
    expect(namesOf(await renewed.myNumber.tap(CARD, 'shelter'))).toHaveLength(2);
    const bodies = [];
    for await (const event of renewed.exports.exportable('all')) {
      if (event.kind === 'card-linked' || event.kind === 'card-unlinked') bodies.push([event.kind, event.body.keyId]);
    }
    expect(bodies).toEqual([
      ['card-linked', 1],
      ['card-unlinked', 1],
      ['card-linked', 2],
    ]);
    expect(namesOf(await renewed.myNumber.tap(CARD, 'shelter'))).toHaveLength(2);
  });

  it('is found by what the city published, unless the own log has later news (MNC-5)', async () => {
    const household = householdOf(96, 2);
    await publish({ household, hlc: '019000000000-0000-desk9' });
    const desk = await kiosk.open({ now });
    expect(namesOf(await desk.myNumber.tap(CARD, 'shelter'))).toEqual(
      household.members.map(({ name }) => name.written),
    );
    await desk.myNumber.unlink(CARD);
    expect(await desk.myNumber.tap(CARD, 'shelter')).toEqual({ kind: 'not-linked' });
  });

  it('is taken back by a laptop far behind the city, as its word stands above what it takes back (MNC-5, CLK-4)', async () => {
    const household = householdOf(98, 2);
    await publish({ household, hlc: formatTimestamp({ wallMs: NOW, counter: 0 }, 'desk9') });
    const desk = await kiosk.open({ now: () => NOW - 365 * 86_400_000 });
    expect(await desk.myNumber.unlink(CARD)).toEqual({ kind: 'unlinked' });
    expect(await desk.myNumber.tap(CARD, 'shelter')).toEqual({ kind: 'not-linked' });
  });

  it('is never said to be taken back or changed while the look-up says otherwise (MNC-6)', async () => {
    const household = householdOf(99, 2);
    const shelterId = shelterIdSchema.parse('elsewhere');
    await publish({ household, hlc: '019000000000-0000-desk9', shelterId });
    const desk = await kiosk.open({ now });
    expect(await desk.myNumber.unlink(CARD)).toEqual({ kind: 'without-effect' });
    expect(namesOf(await desk.myNumber.tap(CARD, 'shelter'))).toHaveLength(household.members.length);
    const scanned = await desk.cards.scan(await city.card(householdOf(93, 1), NOW), 'shelter');
    expect(await desk.myNumber.link(CARD, idsOf(scanned))).toEqual({ kind: 'without-effect' });
  });

  it('stands against what others of the shelter wrote without the card, and against a forged fact (MNC-6)', async () => {
    const desk = await kiosk.open({ now });
    await linkedByQr(desk, householdOf(94, 2));
    const key = directoryKey(1);
    const linkId = linkIdOf(key, CARD);
    const { enrolment } = city.secrets('desk2');
    const { deviceId, shelter, eventKey } = enrolment;
    const recorder = { deviceId, shelterId: shelter.shelterId, eventKey: fromBase64url(eventKey) };
    const late = new HybridClock(deviceId, () => NOW + 86_400_000);
    const erased = recordEvent(recorder, late, NOW, 'card-unlinked', { keyId: 1, linkId });
    const holder = linkHolderOf(key, toBase64url(seededBytes(4)(32)));
    await kiosk.close();
    await publish({ household: null, hlc: formatTimestamp({ wallMs: NOW + 90_000_000, counter: 0 }, 'desk9'), holder });
    const server = new TestSyncServer(now);
    await server.start();
    try {
      server.put(erased);
      kiosk.serverUrl = server.url;
      const again = await kiosk.open({ now });
      await expect.poll(() => again.exports.countExportable('all'), { timeout: 50_000 }).toBe(3);
      expect(namesOf(await again.myNumber.tap(CARD, 'shelter'))).toHaveLength(2);
      await kiosk.close();
    } finally {
      await server.stop();
    }
  });

  it('yields no name from the disk of a locked kiosk, to whoever has the certificate (MNC-2, MNC-4, SEC-2)', async () => {
    const household = householdOf(97, 3);
    const desk = await kiosk.open({ now });
    await linkedByQr(desk, household);
    const sealedBodies: string[] = [];
    for await (const event of desk.exports.exportable('all')) {
      if (event.kind === 'card-linked') sealedBodies.push(event.body.sealed);
    }
    await kiosk.close();

    const disk = await filesUnder(kiosk.directory);
    const store = await KioskStore.open('uketsuke-desk1', kiosk.storage);
    const { documents } = await store.eventsAfter(null, 100);
    await store.close();
    const held = `${disk}${JSON.stringify(documents)}`;
    expect(documents.length).toBeGreaterThan(1);
    const key = directoryKey(1);
    const hex = Buffer.from(CARD, 'base64url').toString('hex');
    const names = household.members.flatMap(({ name }) => [name.written, name.kana ?? name.written]);
    for (const secret of [...names, CARD, hex, key.key, linkIdOf(key, CARD), ...sealedBodies]) {
      expect(held.includes(secret)).toBe(false);
    }
    // Even an entry that got out of an unlocked kiosk stays shut without the city's key.
    const [sealed = ''] = sealedBodies;
    expect((await openLinkedHousehold(key, CARD, sealed)).members).toHaveLength(3);
    const guess = { keyId: 1, key: kiosk.secrets.dataKey };
    await expect(openLinkedHousehold(guess, CARD, sealed)).rejects.toMatchObject({ code: 'unseal' });
  });
});

async function filesUnder(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((each) => each.isFile()).map((each) => readFile(join(each.parentPath, each.name), 'utf8'));
  return (await Promise.all(files)).join('\n');
}
