import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deviceIdSchema } from '@uketsuke/shared/identifiers';
import { openJournalEntry } from '@uketsuke/shared/journal';
import type { Household } from '@uketsuke/shared/person';
import { allOthers, allTheSame, type Doubt } from '@uketsuke/shared/roster';
import { fromBase64url, importSealingPrivateKey } from '@uketsuke/shared/sealing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CityKeys, householdOf } from '../../../testbed/test-kiosk/city-keys.ts';
import { TestKiosk } from '../../../testbed/test-kiosk/test-kiosk.ts';
import type { HubInUse } from '../../host/hub/hub-in-use.ts';
import { parseJournalLine } from '../../host/journal/journal-line.ts';
import type { KioskHost } from '../../host/kiosk-host.ts';
import { KioskHostError } from '../../host/kiosk-host-error.ts';
import type { PresentedOutcome } from '../reception/outcomes.ts';
import { enrolKiosk, unlockKiosk } from './enrol-kiosk.ts';

const NOW = Date.UTC(2026, 10, 22, 3);
const FAMILY = householdOf(11, 4);
const now = () => NOW;

let city: CityKeys;
let kiosk: TestKiosk;

beforeEach(async () => {
  city = await CityKeys.build(5);
  kiosk = await TestKiosk.build(city.secrets('desk1'));
});
afterEach(() => kiosk.remove());

function journalLines(): Promise<string[]> {
  return readFile(join(kiosk.directory, 'journal', 'journal.ndjson'), 'utf8').then((text) => text.trim().split('\n'));
}

/** A host whose appends go through `append`. */
function withAppend(append: (host: KioskHost, entry: Parameters<KioskHost['journal']['append']>[0]) => Promise<void>) {
  return (host: KioskHost): KioskHost => ({
    ...host,
    vault: host.vault,
    journal: { read: (from, limit) => host.journal.read(from, limit), append: (entry) => append(host, entry) },
  });
}

/** The same people as another parent's phone has them: other resident ids, the names written another way. */
function onAnotherPhone(household: Household): Household {
  const members = household.members.map((member, at) => {
    const { residentId } = householdOf(900 + at, 1).members[0] ?? member;
    return { ...member, residentId, name: { ...member.name, written: member.name.written.replace(' ', '　') } };
  });
  return { ...household, members };
}

describe('one family on two cards (FLD-4)', () => {
  const doubtsOf = (outcome: PresentedOutcome): readonly Doubt[] => {
    if (outcome.kind !== 'probably-here') throw new Error(`no question but ${outcome.kind}`);
    return outcome.doubts;
  };

  it('is asked about, all at once, and counted once when they are the same', async () => {
    const desk = await kiosk.open({ now });
    const card = await city.card(onAnotherPhone(FAMILY), NOW);
    await desk.cards.scan(await city.card(FAMILY, NOW), 'shelter');
    const doubts = doubtsOf(await desk.cards.scan(card, 'shelter'));
    expect(doubts.map(({ entries }) => entries.map(({ residentId }) => residentId))).toEqual(
      FAMILY.members.map(({ residentId }) => [residentId]),
    );
    expect(await journalLines()).toHaveLength(1);
    expect(await desk.cards.scan(card, 'shelter', allTheSame(doubts))).toMatchObject({ kind: 'already-admitted' });
    expect(await journalLines()).toHaveLength(1);
    // Who was said to be somebody is not asked about again.
    expect(await desk.cards.scan(card, 'shelter')).toMatchObject({ kind: 'already-admitted' });
    expect(desk.view.snapshot().counts.admitted).toBe(4);
  });

  it('is two families when a person says so, and some of one when only some are the same', async () => {
    const desk = await kiosk.open({ now });
    const other = onAnotherPhone(FAMILY);
    const card = await city.card(other, NOW);
    await desk.cards.scan(await city.card(FAMILY, NOW), 'shelter');
    const doubts = doubtsOf(await desk.cards.scan(card, 'shelter'));
    const answers = new Map([...allTheSame(doubts)].slice(0, 1).concat([...allOthers(doubts)].slice(1)));
    expect(await desk.cards.scan(card, 'shelter', answers)).toMatchObject({
      kind: 'admitted',
      admitted: other.members.slice(1).map(({ residentId }) => ({ residentId })),
      already: [{ residentId: FAMILY.members[0]?.residentId }],
    });
    expect(desk.view.snapshot().counts.admitted).toBe(7);
    expect(await desk.cards.scan(card, 'shelter')).toMatchObject({ kind: 'already-admitted' });
  });

  it('is asked about anew when whom they were taken for is not here any more', async () => {
    const desk = await kiosk.open({ now });
    const card = await city.card(onAnotherPhone(FAMILY), NOW);
    await desk.cards.scan(await city.card(FAMILY, NOW), 'shelter');
    await desk.cards.scan(card, 'shelter', allTheSame(doubtsOf(await desk.cards.scan(card, 'shelter'))));
    await desk.admissions.undoLast();
    expect(await desk.cards.scan(card, 'shelter')).toMatchObject({ kind: 'admitted', already: [] });
    expect(desk.view.snapshot().counts.admitted).toBe(4);
  });
});

describe('scanning a card', () => {
  it('admits without a network, once, and says so the second time (RCP-3, RCP-4)', async () => {
    const desk = await kiosk.open({ now });
    const card = await city.card(FAMILY, NOW);
    const first = await desk.cards.scan(card, 'shelter');
    expect(first).toMatchObject({ kind: 'admitted', already: [], expired: false });
    if (first.kind !== 'admitted') throw new Error('not admitted');
    expect(first.admitted.map((entry) => entry.person)).toEqual(FAMILY.members);
    expect(await desk.cards.scan(card, 'shelter')).toMatchObject({ kind: 'already-admitted' });
    expect(desk.view.snapshot().counts).toMatchObject({ admitted: 4, present: 4 });
    expect(await journalLines()).toHaveLength(1);
  });

  it('takes the same code at the same moment as one scan, and two cards of one household in turn (RCP-4)', async () => {
    const desk = await kiosk.open({ now });
    const [one, other] = await Promise.all([city.card(FAMILY, NOW), city.card(FAMILY, NOW)]);
    const outcomes = await Promise.all([
      desk.cards.scan(one, 'shelter'),
      desk.cards.scan(one, 'shelter'),
      desk.cards.scan(other, 'shelter'),
    ]);
    expect(outcomes[0]).toBe(outcomes[1]);
    // Which of the two cards is opened first is not said.
    expect([outcomes[0].kind, outcomes[2].kind].sort()).toEqual(['admitted', 'already-admitted']);
    expect(await journalLines()).toHaveLength(1);
  });

  it('admits only those of a household who are not here yet (RCP-4)', async () => {
    const desk = await kiosk.open({ now });
    await desk.cards.scan(await city.card({ ...FAMILY, members: FAMILY.members.slice(0, 1) }, NOW), 'shelter');
    const outcome = await desk.cards.scan(await city.card(FAMILY, NOW), 'car');
    expect(outcome).toMatchObject({ kind: 'admitted', admitted: { length: 3 }, already: { length: 1 } });
    expect(desk.view.snapshot().counts.byStay).toEqual({ shelter: 1, car: 3, home: 0 });
  });

  it('admits an expired card with a remark, and refuses forged and foreign codes and noise (CRD-5, CRD-4)', async () => {
    const desk = await kiosk.open({ now });
    const old = await city.card(FAMILY, NOW - 6 * 366 * 86_400_000);
    expect(await desk.cards.scan(old, 'shelter')).toMatchObject({ kind: 'admitted', expired: true });
    const forged = await city.card(householdOf(12, 1), NOW, { issuer: new Uint8Array(32).fill(7) });
    expect(await desk.cards.scan(forged, 'shelter')).toEqual({ kind: 'refused', refusal: 'forged' });
    const foreign = await (await CityKeys.build(6)).card(FAMILY, NOW);
    expect(await desk.cards.scan(foreign, 'shelter')).toEqual({ kind: 'refused', refusal: 'foreign' });
    expect(await desk.cards.scan('https://example.jp/', 'shelter')).toEqual({ kind: 'refused', refusal: 'not-ours' });
    expect(await desk.cards.scan('A'.repeat(100_000), 'shelter')).toEqual({ kind: 'refused', refusal: 'not-ours' });
    expect(desk.view.snapshot().counts.admitted).toBe(4);
  });

  it('undoes the latest admission, then the one before, across a restart (RCP-5)', async () => {
    let desk = await kiosk.open({ now });
    const card = await city.card(FAMILY, NOW);
    await desk.cards.scan(card, 'shelter');
    await desk.cards.scan(await city.card(householdOf(13, 2), NOW), 'shelter');
    expect(await desk.admissions.undoLast()).toMatchObject({
      kind: 'undone',
      names: householdOf(13, 2).members.map((member) => member.name.written),
    });
    desk = await kiosk.open({ now });
    expect(desk.view.snapshot().recent.map((admission) => admission.voided)).toEqual([true, false]);
    expect(await desk.admissions.undoLast()).toMatchObject({
      kind: 'undone',
      names: FAMILY.members.map((member) => member.name.written),
    });
    expect(await desk.admissions.undoLast()).toEqual({ kind: 'nothing-to-undo' });
    expect(desk.view.snapshot().counts.admitted).toBe(0);
    expect(await desk.cards.scan(card, 'shelter')).toMatchObject({ kind: 'admitted' });
  });

  it('stamps above its last event when the clock went back, and says that it did (CLK-1, CLK-2)', async () => {
    const before = await (await kiosk.open({ now })).cards.scan(await city.card(FAMILY, NOW), 'shelter');
    const desk = await kiosk.open({ now: () => NOW - 365 * 86_400_000 });
    expect(desk.view.snapshot().clock).toBe('behind');
    const after = await desk.cards.scan(await city.card(householdOf(13, 1), NOW), 'shelter');
    if (before.kind !== 'admitted' || after.kind !== 'admitted') throw new Error('not admitted');
    expect(after.eventId > before.eventId).toBe(true);
  });
});

describe('durability', () => {
  it('is not acknowledged before the journal has it (DUR-1)', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let asked: () => void = () => undefined;
    const journalAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    kiosk.wrapHost = withAppend(async (host, entry) => {
      asked();
      await gate;
      await host.journal.append(entry);
    });
    const desk = await kiosk.open({ now });
    let acknowledged = false;
    const scan = desk.cards.scan(await city.card(FAMILY, NOW), 'shelter').then((outcome) => {
      acknowledged = true;
      return outcome;
    });
    await journalAsked;
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(acknowledged).toBe(false);
    expect(desk.view.snapshot().counts.admitted).toBe(0);
    release();
    expect(await scan).toMatchObject({ kind: 'admitted' });
    expect(await journalLines()).toHaveLength(1);
  });

  it.each([
    ['disk-full', 'disk-full'],
    ['disk-failed', 'journal-failed'],
    ['host-gone', 'journal-failed'],
  ] as const)(
    'says not recorded on %s, and uses the same event when the card is shown again (DUR-3, RCP-8)',
    async (code, reason) => {
      let fails = true;
      const tried: string[] = [];
      kiosk.wrapHost = withAppend(async (host, entry) => {
        tried.push(entry.id);
        if (fails) throw new KioskHostError(code);
        await host.journal.append(entry);
      });
      const desk = await kiosk.open({ now });
      const card = await city.card(FAMILY, NOW);
      expect(await desk.cards.scan(card, 'shelter')).toEqual({ kind: 'not-recorded', reason });
      expect(desk.view.snapshot().counts.admitted).toBe(0);
      fails = false;
      expect(await desk.cards.scan(await city.card(householdOf(14, 1), NOW), 'shelter')).toMatchObject({
        kind: 'admitted',
      });
      const again = await desk.cards.scan(card, 'shelter');
      expect(again).toMatchObject({ kind: 'admitted', eventId: tried[0] });
      expect(desk.view.snapshot().counts.admitted).toBe(5);
      expect((await kiosk.open({ now })).view.snapshot().counts.admitted).toBe(5);
    },
  );

  it('retries an undo that was not recorded with the same event (RCP-8)', async () => {
    let fails = false;
    const tried = new Set<string>();
    kiosk.wrapHost = withAppend(async (host, entry) => {
      tried.add(entry.id);
      if (fails) throw new KioskHostError('disk-full');
      await host.journal.append(entry);
    });
    const desk = await kiosk.open({ now });
    await desk.cards.scan(await city.card(FAMILY, NOW), 'shelter');
    fails = true;
    expect(await desk.admissions.undoLast()).toEqual({ kind: 'not-recorded', reason: 'disk-full' });
    fails = false;
    expect(await desk.admissions.undoLast()).toMatchObject({ kind: 'undone' });
    expect(tried.size).toBe(2);
  });

  it('undoes the admission that was meant, not one that is being recorded at that moment (RCP-5)', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let appended = 0;
    kiosk.wrapHost = withAppend(async (host, entry) => {
      appended += 1;
      if (appended === 2) await gate;
      await host.journal.append(entry);
    });
    const desk = await kiosk.open({ now });
    const first = await desk.cards.scan(await city.card(FAMILY, NOW), 'shelter');
    if (first.kind !== 'admitted') throw new Error('not admitted');
    const second = desk.cards.scan(await city.card(householdOf(16, 1), NOW), 'shelter');
    await vi.waitFor(() => expect(appended).toBe(2), 90_000);
    const undone = desk.admissions.undoLast(first.eventId);
    release();
    expect(await second).toMatchObject({ kind: 'admitted' });
    expect(await undone).toEqual({ kind: 'overtaken' });
    expect(desk.view.snapshot().counts.admitted).toBe(5);
  });

  it('decides anew when what was not recorded does not hold any more, and takes the first try back (RCP-8)', async () => {
    let fails = true;
    kiosk.wrapHost = withAppend(async (host, entry) => {
      if (fails) throw new KioskHostError('disk-full');
      await host.journal.append(entry);
    });
    const desk = await kiosk.open({ now });
    const card = await city.card(FAMILY, NOW);
    expect(await desk.cards.scan(card, 'shelter')).toMatchObject({ kind: 'not-recorded' });
    fails = false;
    expect(await desk.cards.scan(card, 'car')).toMatchObject({ kind: 'admitted', admitted: { length: 4 } });
    expect(desk.view.snapshot().counts).toMatchObject({ admitted: 4, byStay: { shelter: 0, car: 4 } });
    const again = await kiosk.open({ now });
    expect(again.view.snapshot().counts).toMatchObject({ admitted: 4, byStay: { shelter: 0, car: 4 } });
    expect(await again.admissions.undoLast()).toMatchObject({ kind: 'undone' });
    expect(again.view.snapshot().counts.admitted).toBe(0);
  });

  it('fills the store from the journal and the journal from the store (DUR-2)', async () => {
    const desk = await kiosk.open({ now });
    await desk.cards.scan(await city.card(FAMILY, NOW), 'shelter');
    await desk.cards.scan(await city.card(householdOf(15, 2), NOW), 'home');
    const before = desk.view.snapshot();
    await kiosk.loseStore();
    const restored = await kiosk.open({ now });
    expect(restored.view.snapshot().counts).toEqual(before.counts);
    expect(restored.view.snapshot().recent).toEqual(before.recent);
    await kiosk.close();
    await rm(join(kiosk.directory, 'journal'), { recursive: true });
    expect((await kiosk.open({ now })).view.snapshot().counts).toEqual(before.counts);
    expect(await journalLines()).toHaveLength(2);
  });

  it('sets a torn last line aside and opens (DUR-2)', async () => {
    await (await kiosk.open({ now })).cards.scan(await city.card(FAMILY, NOW), 'shelter');
    await kiosk.close();
    const path = join(kiosk.directory, 'journal', 'journal.ndjson');
    await writeFile(path, `${await readFile(path, 'utf8')}0badc0de {"v":1,"id":"ev:`);
    const reports: { damagedLines: number }[] = [];
    const desk = await kiosk.open({ now, onLoaded: (report) => reports.push(report) });
    expect(reports).toMatchObject([{ damagedLines: 1, unreadable: 0 }]);
    expect(desk.view.snapshot().counts.admitted).toBe(4);
    expect(await readFile(join(kiosk.directory, 'journal', 'journal.damaged'), 'utf8')).toContain('0badc0de');
  });
});

describe('a locked kiosk (SEC-2, SEC-3)', () => {
  it('shows nothing of a person in store, journal or vault; HQ reads the journal with the recovery key', async () => {
    const desk = await kiosk.open({ now });
    await desk.cards.scan(await city.card(FAMILY, NOW), 'shelter');
    await kiosk.close();
    const host: KioskHost = {
      ...(await hostOf(kiosk)),
      enrol: async () => kiosk.secrets.enrolment,
    };
    await enrolKiosk({
      host,
      serverUrl: 'https://example.jp',
      code: 'ABCD-EFGH-JKMN',
      deviceName: '受付1',
      pin: '246810',
    });
    await expect(unlockKiosk(host, '246811')).rejects.toMatchObject({ code: 'wrong-pin' });
    expect((await unlockKiosk(host, '246810')).enrolment).toEqual(kiosk.secrets.enrolment);
    const store = JSON.stringify(await storedDocuments(kiosk));
    const [line = ''] = await journalLines();
    const vault = await readFile(join(kiosk.directory, 'vault.json'), 'utf8');
    const secrets = [kiosk.secrets.dataKey, kiosk.secrets.enrolment.eventKey, ...kiosk.secrets.enrolment.receptionKeys];
    for (const text of [...personal(), ...secrets]) {
      expect(store).not.toContain(text);
      expect(line).not.toContain(text);
      expect(vault).not.toContain(text);
    }
    expect(store).toContain('sealed');
    const entry = parseJournalLine(line);
    if (entry === null) throw new Error('damaged line');
    const opened = await openJournalEntry(entry, await importSealingPrivateKey(city.recovery.privateKey));
    expect(opened).toMatchObject({ kind: 'admitted', body: { household: FAMILY } });
  });
});

it.each([
  ['31415', 'pin-malformed'],
  ['123456', 'pin-too-simple'],
])('enrols with no PIN like %s, and says what is wrong with it before the code is used up', async (pin, code) => {
  const enrol = vi.fn(async () => kiosk.secrets.enrolment);
  const host: KioskHost = { ...(await hostOf(kiosk)), enrol };
  const enrolment = { host, serverUrl: 'https://example.jp', code: 'ABCD-EFGH-JKMN', deviceName: '受付1', pin };
  await expect(enrolKiosk(enrolment)).rejects.toMatchObject({ code });
  expect(enrol).not.toHaveBeenCalled();
});

/** What must not be readable: names, readings, birth dates and address, as text and as base64url of it. */
function personal(): string[] {
  const words = FAMILY.members.flatMap(({ name, birthDate }) => [
    ...name.written.split(' '),
    ...(name.kana ?? '').split(' '),
    String(birthDate),
  ]);
  return [...words, FAMILY.address?.line ?? 'no address'].filter((word) => word.length > 0);
}

async function hostOf(of: TestKiosk): Promise<KioskHost> {
  const { createKioskHost } = await import('../../host/kiosk-host-service.ts');
  return createKioskHost({ dataDirectory: of.directory, kind: 'browser', version: 'test' });
}

async function storedDocuments(of: TestKiosk): Promise<readonly unknown[]> {
  const { KioskStore } = await import('../store/kiosk-store.ts');
  const store = await KioskStore.open(`uketsuke-${of.secrets.enrolment.deviceId}`, of.storage);
  const { documents } = await store.eventsAfter(null, 1_000);
  expect(documents).toHaveLength(1);
  expect(fromBase64url(documents[0]?.sealed ?? '').length).toBeGreaterThan(100);
  await store.close();
  return documents;
}

describe('the hub that the laptop remembers (HUB-2)', () => {
  const certificateSha256 = 'A'.repeat(43);
  const origin = 'https://192.168.1.20:8443';
  const deviceId = deviceIdSchema.parse('hub1');

  /** Opens the desk of a laptop whose file names this hub; whether it was forgotten. */
  async function isForgotten(hub: HubInUse): Promise<boolean> {
    let forgotten = false;
    kiosk.wrapHost = (host) => ({
      ...host,
      info: async () => ({ ...(await host.info()), hub }),
      hub: {
        ...host.hub,
        forget: async () => {
          forgotten = true;
        },
      },
    });
    await kiosk.open({ now });
    await kiosk.close();
    return forgotten;
  }

  it('is used again only while the city’s word for it holds: what somebody wrote into the file is forgotten', async () => {
    const credential = await city.hubCredential('hub1', certificateSha256);
    const good = { origin, certificateSha256, deviceId, credential };
    expect(await isForgotten(good)).toBe(false);
    const stranger = await CityKeys.build(6);
    const bad: HubInUse[] = [
      { origin, certificateSha256, deviceId },
      { ...good, certificateSha256: `${'A'.repeat(42)}E` },
      { ...good, deviceId: deviceIdSchema.parse('hub2') },
      { ...good, credential: await stranger.hubCredential('hub1', certificateSha256) },
      { ...good, credential: await city.hubCredential('hub1', certificateSha256, 'school-2') },
      { ...good, credential: 'nonsense' },
    ];
    for (const hub of bad) expect(await isForgotten(hub)).toBe(true);
  });
});
