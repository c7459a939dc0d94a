import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { writeBundle } from '@uketsuke/shared/bundle';
import {
  BUNDLE_MEDIA_TYPE,
  bundleImportResponseSchema,
  pullEventsResponseSchema,
  type ShelterFacts,
} from '@uketsuke/shared/contracts';
import type { ReceptionEvent } from '@uketsuke/shared/reception';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { fromBase64url } from '@uketsuke/shared/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKiosk, newShelter } from '../../../testbed/test-server/new-shelter.ts';
import { newHubCode, openTestHub, sendToHub, type TestHub } from '../../../testbed/test-server/test-hub.ts';
import {
  type BareKiosk,
  Console,
  eventually,
  openTestCity,
  type TestCity,
} from '../../../testbed/test-server/test-server.ts';
import type { RunningServer } from '../city/start-server.ts';
import { openServerLog } from '../http/server-log.ts';
import { withOperator } from '../operator-commands/operator-client.ts';
import type { RunningHub } from './start-hub.ts';

const households = sampleHouseholds(77, 20, 1);
let city: TestCity;
let server: RunningServer;
let shelter: ShelterFacts;
let kiosk: BareKiosk;
let stranger: BareKiosk;
let box: TestHub;
let hub: RunningHub;
let admitted = 0;

beforeAll(async () => {
  city = await openTestCity();
  server = await city.start();
  const hq = await Console.firstAdmin(server);
  shelter = await newShelter(hq, '城東小学校');
  kiosk = await newKiosk(server.url, hq, shelter);
  stranger = await newKiosk(server.url, hq, await newShelter(hq, '碩台小学校'));
  box = await openTestHub();
  hub = await box.start({ cityUrl: server.url, code: await newHubCode(hq, shelter), deviceName: 'ハブ', pagePort: 0 });
});
afterAll(async () => {
  await box.close();
  await city.close();
});

function admissions(count: number): ReceptionEvent[] {
  admitted += count;
  return households.slice(admitted - count, admitted).map((household) => kiosk.admission(household));
}

async function bundleOf(from: BareKiosk, events: readonly ReceptionEvent[]): Promise<Uint8Array> {
  const { deviceId, shelter: own, eventKey, bundlePublicKey } = from.enrolment;
  const pieces: Uint8Array[] = [];
  const parts = {
    device: { deviceId, shelterId: own.shelterId, eventKey: fromBase64url(eventKey) },
    bundlePublicKey: fromBase64url(bundlePublicKey ?? ''),
    content: 'unacknowledged',
    events,
    now: Date.now(),
  } as const;
  for await (const piece of writeBundle(parts)) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function eventsAtHub(): Promise<number> {
  const { credential } = kiosk.enrolment;
  const answer = await sendToHub(hub, '/sync/v1/events?limit=500', { credential });
  return pullEventsResponseSchema.parse(answer.body).events.length;
}

/** Sends the page's form, as the page says where to. */
async function byForm(bundle: Uint8Array, language = 'ja'): Promise<string> {
  const page = await (await fetch(`${hub.pageUrl}/usb?lang=${language}`)).text();
  const action = /action="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';
  return sendForm(bundle, action);
}

/** Asks for a page as a browser does in which a foreign name leads to this machine (DNS rebinding). */
function asForeignName(url: string): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { host: 'rebound.example' };
    get(url, { headers }, async (response) => {
      resolve({ status: response.statusCode, text: await textOf(response) });
    }).on('error', reject);
  });
}

async function sendForm(bundle: Uint8Array, action: string): Promise<string> {
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(bundle)]), '受付1.ukebundle');
  const response = await fetch(hub.pageUrl + action, { method: 'POST', body: form });
  expect(response.status).toBe(200);
  return response.text();
}

describe('a bundle brought to a hub (SYN-10)', () => {
  it('is taken in, changes nothing the second time, and goes on to the city', async () => {
    const events = admissions(3);
    const bytes = { type: BUNDLE_MEDIA_TYPE, body: await bundleOf(kiosk, events) };
    const { credential } = kiosk.enrolment;
    const first = await sendToHub(hub, '/hub/v1/bundles', { bytes, credential });
    const counts = { shelterId: shelter.shelterId, events: 3, quarantined: 0 };
    expect(bundleImportResponseSchema.parse(first.body)).toEqual({ ...counts, stored: 3, alreadyHad: 0 });
    const again = await sendToHub(hub, '/hub/v1/bundles', { bytes, credential });
    expect(again.body).toEqual({ ...counts, stored: 0, alreadyHad: 3 });
    expect(await eventsAtHub()).toBe(3);
    const atCity = async () => {
      const { events: found } = pullEventsResponseSchema.parse((await kiosk.send('/events', 'GET')).body);
      return found.length === 3 ? true : undefined;
    };
    await eventually(atCity, 30_000);
  });

  it('can be chosen on the page, which says what became of it', async () => {
    const before = await eventsAtHub();
    const bundle = await bundleOf(kiosk, admissions(2));
    expect(await byForm(bundle)).toContain('記録 2 件のうち、新しいもの 2 件');
    expect(await byForm(bundle, 'en')).toContain('Of 2 records 0 are new and 2 were here already');
    expect(await eventsAtHub()).toBe(before + 2);
    const cut = bundle.subarray(0, bundle.length - 20);
    expect(await byForm(cut)).toContain('何も取り込んでいません');
    expect(await byForm(await bundleOf(stranger, []))).toContain('この避難所の受付端末のファイルではありません');
    expect(await byForm(new Uint8Array())).toContain('ファイルが選ばれていません');
    expect(await eventsAtHub()).toBe(before + 2);
    expect(await (await fetch(`${hub.pageUrl}/usb`)).text()).toContain('<form method="post"');
  });

  it('is taken from the shelter’s kiosks and from the hub’s own screen alone (HUB-3)', async () => {
    const before = await eventsAtHub();
    const body = await bundleOf(kiosk, [kiosk.record('closed', {})]);
    const bytes = { type: BUNDLE_MEDIA_TYPE, body };
    expect(await sendToHub(hub, '/hub/v1/bundles', { bytes })).toMatchObject({ status: 401, code: 'device-unknown' });
    const { credential } = stranger.enrolment;
    expect(await sendToHub(hub, '/hub/v1/bundles', { bytes, credential })).toMatchObject({ status: 401 });
    // Not over the shelter's network, and not from another web page that is open on the hub's laptop.
    expect((await sendToHub(hub, '/usb', { bytes })).status).toBe(404);
    for (const action of ['/usb', '/usb?token=', `/usb?token=${'A'.repeat(43)}`]) {
      expect(await sendForm(body, action)).toContain('この画面は古くなっていました');
    }
    expect(await eventsAtHub()).toBe(before);
    const { status, text } = await asForeignName(`${hub.pageUrl}/usb`);
    expect([status, text]).toEqual([200, expect.stringContaining('token="')]);
  });

  it("is imported by the machine's command too, whether the hub runs or not", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'uketsuke-usb-'));
    const path = join(folder, 'x.ukebundle');
    const place = { dataDirectory: box.dataDirectory, log: openServerLog('silent') };
    await writeFile(path, await bundleOf(kiosk, admissions(1)));
    expect(await withOperator(place, (client) => client.importBundle({ upload: path }))).toMatchObject({ stored: 1 });
    await hub.stop();
    await writeFile(path, await bundleOf(kiosk, admissions(1)));
    expect(await withOperator(place, (client) => client.importBundle({ upload: path }))).toMatchObject({ stored: 1 });
    hub = await box.start();
    expect(await eventsAtHub()).toBe(7);
    await rm(folder, { recursive: true });
  });
});
