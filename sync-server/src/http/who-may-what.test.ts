import { readFile } from 'node:fs/promises';
import {
  CITY_AREAS,
  contractsOf,
  HUB_AREAS,
  hubEnrolmentResponseSchema,
  issuedCardSchema,
  newStaffResponseSchema,
  problemSchema,
  type RouteContract,
} from '@uketsuke/shared/contracts';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKiosk, newShelter } from '../../../testbed/test-server/new-shelter.ts';
import { newHubCode, openTestHub, sendToHub, type TestHub } from '../../../testbed/test-server/test-hub.ts';
import { Console, eventually, openTestCity, send, type TestCity } from '../../../testbed/test-server/test-server.ts';
import type { RunningServer } from '../city/start-server.ts';
import type { RunningHub } from '../hub/start-hub.ts';

/** Whoever may ask, as docs/SECURITY.md heads its columns. */
const CALLERS = [
  'nobody',
  'resident',
  'kiosk',
  'kiosk elsewhere',
  'revoked kiosk',
  'hub',
  'staff',
  'staff elsewhere',
  'one-time password',
  'HQ',
  'ended session',
] as const;
type Caller = (typeof CALLERS)[number];

/** By these codes a caller is turned away; any other answer, a bad body's among them, comes to who was let in. */
const TURNED_AWAY = [
  'not-signed-in',
  'not-allowed',
  'password-change-required',
  'device-unknown',
  'device-revoked',
  'card-unknown',
  'shelter-unknown',
];

let city: TestCity;
let server: RunningServer;
let hubs: TestHub;
let hub: RunningHub;
let headers: Readonly<Record<Caller, Readonly<Record<string, string>>>>;
let shelterId: string;
let cardId: string;
/** What a card is issued for: who may issue it anew is judged after it was read. */
let issuing: string;

beforeAll(async () => {
  city = await openTestCity();
  server = await city.start();
  const hq = await Console.firstAdmin(server);
  const [shelter, other] = [await newShelter(hq, '白川小学校'), await newShelter(hq, '西原公民館')];
  const [kiosk, elsewhere, revoked] = [
    await newKiosk(server.url, hq, shelter),
    await newKiosk(server.url, hq, other),
    await newKiosk(server.url, hq, shelter),
  ];
  await hq.post(`/devices/${revoked.enrolment.deviceId}/revoke`);
  hubs = await openTestHub();
  hub = await hubs.start({ cityUrl: server.url, code: await newHubCode(hq, shelter), deviceName: 'ハブ' });
  const code = await newHubCode(hq, shelter);
  const enrolled = await send(`${server.url}/device/v1/enrol-hub`, 'POST', {
    code,
    deviceName: 'ハブ2',
    certificateSha256: 'A'.repeat(43),
  });
  const hubCredential = hubEnrolmentResponseSchema.parse(enrolled.body).credential;
  const newcomer = async (username: string, of: string) =>
    newStaffResponseSchema.parse((await hq.post('/staff', { username, role: 'shelter', shelterIds: [of] })).body);
  const staff = await Console.newcomer(server.url, await newcomer('shirakawa', shelter.shelterId));
  const staffElsewhere = await Console.newcomer(server.url, await newcomer('nishihara', other.shelterId));
  const oneTime = new Console(server.url);
  const fresh = await newcomer('atarashii', shelter.shelterId);
  await oneTime.signIn(fresh.username, fresh.oneTimePassword);
  const ended = new Console(server.url);
  const gone = await newcomer('yameta', shelter.shelterId);
  await ended.signIn(gone.username, gone.oneTimePassword);
  const endedCookie = ended.cookie;
  await ended.post('/logout');
  const [household] = sampleHouseholds(3, 1, 1);
  const members = household?.members.map(({ residentId: _, ...person }) => person);
  const order = { household: { address: household?.address, members }, consent: true };
  issuing = JSON.stringify(order);
  const issued = await send(`${server.url}/card/v1/cards`, 'POST', order);
  const card = issuedCardSchema.parse(issued.body);
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const session = (cookie: string) => ({ cookie, origin: server.url, 'x-uketsuke': '1' });
  shelterId = shelter.shelterId;
  cardId = card.cardId;
  headers = {
    nobody: { origin: server.url, 'x-uketsuke': '1' },
    resident: bearer(card.managementToken),
    kiosk: bearer(kiosk.enrolment.credential),
    'kiosk elsewhere': bearer(elsewhere.enrolment.credential),
    'revoked kiosk': bearer(revoked.enrolment.credential),
    hub: bearer(hubCredential),
    staff: session(staff.cookie),
    'staff elsewhere': session(staffElsewhere.cookie),
    'one-time password': session(oneTime.cookie),
    HQ: session(hq.cookie),
    'ended session': session(endedCookie),
  };
  const { credential } = revoked.enrolment;
  await eventually(async () =>
    (await sendToHub(hub, '/sync/v1/facts', { credential })).code === 'device-revoked' ? true : undefined,
  );
}, 180_000);
afterAll(async () => {
  await hubs.close();
  await city.close();
});

/** Signing out comes last: it is done. */
function inOrder(contracts: readonly RouteContract[]): readonly RouteContract[] {
  const isLast = ({ path }: RouteContract) => Number(path.endsWith('/logout'));
  return contracts.toSorted((left, right) => isLast(left) - isLast(right));
}

const pathOf = ({ path }: RouteContract) =>
  path.replace(':shelterId', shelterId).replace(':cardId', cardId).replaceAll(/:\w+/g, '%21');

async function askCity(contract: RouteContract, caller: Caller): Promise<string | undefined> {
  const stop = new AbortController();
  // Without an origin or the header a change is refused as forged, whoever asks: here it is asked who asks.
  const own = { origin: server.url, 'x-uketsuke': '1', ...headers[caller] };
  const body = contract.path.endsWith('/reissue')
    ? { body: issuing, headers: { ...own, 'content-type': 'application/json' } }
    : { headers: own };
  const method = contract.method.toUpperCase();
  const response = await fetch(server.url + pathOf(contract), { method, ...body, signal: stop.signal });
  const isProblem = response.headers.get('content-type')?.includes('problem') === true;
  const code = isProblem ? problemSchema.parse(await response.json()).code : undefined;
  stop.abort();
  return code;
}

async function askHub(contract: RouteContract, caller: Caller): Promise<string | undefined> {
  // A live connection is no answer that ends; who is let in to the others is let in there.
  if (contract.path.endsWith('/live')) return askHub({ ...contract, path: '/sync/v1/facts' }, caller);
  const credential = headers[caller]['authorization']?.replace('Bearer ', '');
  const bytes = contract.method === 'post' ? { bytes: { type: 'application/json', body: '{' } } : {};
  const answer = await sendToHub(hub, pathOf(contract), {
    ...bytes,
    ...(credential === undefined ? {} : { credential }),
  });
  return answer.code;
}

async function observed(
  areas: typeof CITY_AREAS,
  ask: typeof askCity,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = new Map<string, readonly string[]>();
  for (const contract of inOrder(contractsOf(areas))) {
    const cells: string[] = [];
    for (const caller of CALLERS) {
      const code = await ask(contract, caller);
      cells.push(code !== undefined && TURNED_AWAY.includes(code) ? code : '✓');
    }
    rows.set(`${contract.method} ${contract.path}`, cells);
  }
  return rows;
}

/** The table below a heading of docs/SECURITY.md: its rows by their first cell. */
async function written(heading: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const text = await readFile(new URL('../../../docs/SECURITY.md', import.meta.url), 'utf8');
  const section = text.split(`\n### ${heading}\n`)[1]?.split(/\n##/)[0] ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  const cellsOf = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', ''));
  expect(cellsOf(lines[0] ?? '').slice(1)).toEqual(CALLERS);
  return new Map(lines.slice(2).map((line) => [cellsOf(line)[0] ?? '', cellsOf(line).slice(1)]));
}

const sorted = (rows: ReadonlyMap<string, readonly string[]>) =>
  [...rows].map(([route, cells]) => [route, ...cells].join(' | ')).sort();

describe('who is let in to what (SEC-4), as docs/SECURITY.md says', () => {
  it('at the city’s server', async () => {
    expect(sorted(await observed(CITY_AREAS, askCity))).toEqual(sorted(await written('At the city’s server')));
  });

  it('at a hub', async () => {
    expect(sorted(await observed(HUB_AREAS, askHub))).toEqual(sorted(await written('At a hub')));
  });
});
