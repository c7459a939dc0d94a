import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeBundle } from '@uketsuke/shared/bundle';
import {
  BUNDLE_MEDIA_TYPE,
  bundleImportResponseSchema,
  newStaffResponseSchema,
  problemSchema,
  quarantineResponseSchema,
  rosterPageSchema,
  type ShelterFacts,
} from '@uketsuke/shared/contracts';
import type { ReceptionEvent } from '@uketsuke/shared/reception';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { fromBase64url } from '@uketsuke/shared/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKiosk, newShelter } from '../../../testbed/test-server/new-shelter.ts';
import {
  type BareKiosk,
  Console,
  eventually,
  openTestCity,
  type TestCity,
} from '../../../testbed/test-server/test-server.ts';
import { spoolToFile } from './spooled-file.ts';

const HOUSEHOLDS = sampleHouseholds(61, 1_200, 1);

let city: TestCity;
let url: string;
let hq: Console;
let shelter: ShelterFacts;
let kiosk: BareKiosk;

beforeAll(async () => {
  city = await openTestCity();
  const server = await city.start();
  url = server.url;
  hq = await Console.firstAdmin(server);
  shelter = await newShelter(hq, '城東小学校');
  kiosk = await newKiosk(url, hq, shelter);
});

afterAll(() => city?.close());

async function bundleOf(from: BareKiosk, events: readonly ReceptionEvent[]): Promise<Buffer> {
  const { deviceId, shelter, eventKey, bundlePublicKey } = from.enrolment;
  const pieces: Uint8Array[] = [];
  const parts = {
    device: { deviceId, shelterId: shelter.shelterId, eventKey: fromBase64url(eventKey) },
    bundlePublicKey: fromBase64url(bundlePublicKey ?? ''),
    content: 'unacknowledged',
    events,
    now: Date.now(),
  } as const;
  for await (const piece of writeBundle(parts)) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function importing(bundle: Buffer, by: Console = hq) {
  const response = await fetch(`${url}/hq/v1/bundles`, {
    method: 'POST',
    headers: { cookie: by.cookie, origin: url, 'x-uketsuke': '1', 'content-type': BUNDLE_MEDIA_TYPE },
    body: new Uint8Array(bundle),
  });
  return { status: response.status, body: await response.json() };
}

const refusal = ({ body }: { body: unknown }) => problemSchema.parse(body).code;

async function rosterTotal(): Promise<number> {
  const answer = await hq.get(`/roster/shelters/${shelter.shelterId}/people?limit=1`);
  return rosterPageSchema.parse(answer.body).total;
}

const admissions = (from: number, to: number) => HOUSEHOLDS.slice(from, to).map((each) => kiosk.admission(each));

describe('importing a bundle', () => {
  it('puts everybody on the roster once, however often and by whichever way they come (SYN-9, SYN-10)', async () => {
    const events = admissions(0, 1_100);
    await kiosk.push(...events.slice(0, 100));
    const bundle = await bundleOf(kiosk, events);
    const first = await importing(bundle);
    expect(first.status).toBe(200);
    const counts = { shelterId: shelter.shelterId, events: 1_100 };
    expect(bundleImportResponseSchema.parse(first.body)).toEqual({
      ...counts,
      stored: 1_000,
      alreadyHad: 100,
      quarantined: 0,
    });
    const again = { ...counts, stored: 0, alreadyHad: 1_100, quarantined: 0 };
    expect((await importing(bundle)).body).toEqual(again);
    const pushed = await kiosk.push(...events.slice(500, 600));
    expect(JSON.stringify(pushed.body)).not.toContain('"stored"');
    await eventually(async () => ((await rosterTotal()) === 1_100 ? true : undefined));
  });

  it('of no events is done, and says so', async () => {
    expect((await importing(await bundleOf(kiosk, []))).body).toMatchObject({ events: 0, stored: 0 });
  });

  it('takes a kiosk’s bundle with events of another kiosk of the shelter (RCP-6)', async () => {
    const other = await newKiosk(url, hq, shelter);
    const [household] = HOUSEHOLDS.slice(1_150);
    if (household === undefined) throw new Error('no sample');
    const answer = await importing(await bundleOf(other, [kiosk.admission(household)]));
    expect(answer.body).toMatchObject({ stored: 1, quarantined: 0 });
  });

  it('keeps aside what cannot be taken, as a push does, and takes the rest (SYN-2)', async () => {
    const [good, bad] = admissions(1_100, 1_102);
    if (good === undefined || bad === undefined) throw new Error('no sample');
    const forged: ReceptionEvent = { ...bad, mac: 'A'.repeat(43) };
    expect((await importing(await bundleOf(kiosk, [forged, good]))).body).toMatchObject({ stored: 1, quarantined: 1 });
    const kept = quarantineResponseSchema.parse((await hq.get(`/quarantine?shelterId=${shelter.shelterId}`)).body);
    expect(kept.documents).toMatchObject([{ eventId: bad.id, reason: 'not-authentic' }]);
  });

  it('takes in what a revoked kiosk had given, and keeps aside what it says after (SYN-7)', async () => {
    const plundered = await newShelter(hq, '帯山小学校');
    const thief = await newKiosk(url, hq, plundered);
    const [had, later] = HOUSEHOLDS.slice(1_160, 1_162).map((each) => thief.admission(each));
    if (had === undefined || later === undefined) throw new Error('no sample');
    await thief.push(had);
    await hq.post(`/devices/${thief.enrolment.deviceId}/revoke`);
    const answer = await importing(await bundleOf(thief, [had, later, thief.record('closed', {})]));
    expect(answer.body).toMatchObject({ stored: 0, alreadyHad: 1, quarantined: 2 });
    const kept = quarantineResponseSchema.parse((await hq.get(`/quarantine?shelterId=${plundered.shelterId}`)).body);
    const aside = kept.documents.filter(({ reason }) => reason === 'device-revoked');
    expect(aside).toHaveLength(2);
    const id = aside.find(({ eventId }) => eventId === later.id)?.id;
    expect((await hq.post(`/quarantine/${id}/release`)).body).toEqual({ outcome: 'released' });
  });

  it('leaves nothing in the data directory, whether taken or refused', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'uketsuke-spool-'));
    await writeFile(join(folder, 'sent'), 'a bundle');
    const file = await spoolToFile(createReadStream(join(folder, 'sent')), folder);
    expect((await readdir(join(folder, 'incoming'))).length).toBe(1);
    await file.remove();
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
    await rm(folder, { recursive: true });
  });
});

describe('a bundle that is refused', () => {
  it('is so as a whole, with the reason: damaged, cut short, foreign, no bundle, too new (SYN-10)', async () => {
    const bundle = await bundleOf(kiosk, admissions(1_102, 1_110));
    const flipped = Buffer.from(bundle);
    flipped[bundle.length - 200] = flipped[bundle.length - 200] === 65 ? 66 : 65;
    expect(refusal(await importing(flipped))).toBe('bundle-damaged');
    expect(refusal(await importing(bundle.subarray(0, bundle.length - 30)))).toBe('bundle-damaged');
    expect(refusal(await importing(Buffer.from('名簿.xlsx\n')))).toBe('not-a-bundle');
    const newer = Buffer.from(bundle.toString('latin1').replace('"version":1', '"version":9'), 'latin1');
    expect(await importing(newer)).toMatchObject({ status: 422, body: { code: 'bundle-too-new' } });

    const elsewhere = await openTestCity();
    try {
      const server = await elsewhere.start();
      const theirs = await Console.firstAdmin(server);
      const stranger = await newKiosk(server.url, theirs, await newShelter(theirs, '別の市の小学校'));
      expect(refusal(await importing(await bundleOf(stranger, [])))).toBe('bundle-foreign');
    } finally {
      await elsewhere.close();
    }
    // The roster takes events in their order: with one that came later on it, nothing is still to come (1,102 before).
    await kiosk.push(...admissions(1_110, 1_111));
    await eventually(async () => ((await rosterTotal()) >= 1_103 ? true : undefined));
    expect(await rosterTotal()).toBe(1_103);
  });

  it('is of a shelter that the member of staff does not look after (SEC-4)', async () => {
    const other = await newShelter(hq, '健軍小学校');
    const created = await hq.post('/staff', { username: 'kengun', role: 'shelter', shelterIds: [other.shelterId] });
    const staff = await Console.newcomer(url, newStaffResponseSchema.parse(created.body));
    expect(await importing(await bundleOf(kiosk, []), staff)).toMatchObject({
      status: 403,
      body: { code: 'not-allowed' },
    });
    const own = await newKiosk(url, hq, other);
    expect((await importing(await bundleOf(own, []), staff)).status).toBe(200);
  });

  it('comes from nobody who is signed in', async () => {
    expect((await importing(await bundleOf(kiosk, []), new Console(url))).status).toBe(401);
  });

  it('is logged without a name (SEC-5)', () => {
    const text = city.logged();
    expect(text).toContain('/hq/v1/bundles');
    for (const { members } of HOUSEHOLDS) expect(text).not.toContain(members[0]?.name.written ?? '-');
  });
});
