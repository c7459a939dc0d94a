import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enrolmentResponseSchema, rosterPageSchema, type ShelterFacts } from '@uketsuke/shared/contracts';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { toBase64url } from '@uketsuke/shared/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Desk } from '../../kiosk/src/desk/desk.ts';
import { bundleExportOf } from '../../kiosk/src/usb/bundle-export.ts';
import type { RunningServer } from '../../sync-server/src/city/start-server.ts';
import { TestKiosk } from '../../testbed/test-kiosk/test-kiosk.ts';
import { newCode, newKiosk, newShelter } from '../../testbed/test-server/new-shelter.ts';
import {
  Console,
  eventually,
  openTestCity,
  send,
  TEST_PASSWORD,
  type TestCity,
} from '../../testbed/test-server/test-server.ts';
import { runOperatorCommand } from './run-command.ts';

const PATIENCE_MS = 90_000;
const households = sampleHouseholds(81, 200, 1).values();

let folder: string;
let city: TestCity;
/** Where the city goes on after the loss. */
let newPlace: TestCity;
let server: RunningServer;
let hq: Console;
let shelter: ShelterFacts;
let kiosks: TestKiosk[];
let desks: Desk[];
let rosterBefore: string[];

/** One city in order: a backup, a loss, a restore. Each test goes on where the former ended. */
describe('a city whose server is lost', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'uketsuke-e2e-backup-'));
    [city, newPlace] = await Promise.all([openTestCity(), openTestCity()]);
    server = await city.start();
    hq = await Console.firstAdmin(server);
    shelter = await newShelter(hq, '城東小学校');
    kiosks = [await enrolled('受付1'), await enrolled('受付2')];
    desks = await Promise.all(kiosks.map((kiosk) => kiosk.open()));
  });

  afterAll(async () => {
    for (const kiosk of kiosks ?? []) await kiosk.remove();
    await city?.close();
    await newPlace?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('has a backup made by command while its kiosks push (BAK-1)', async () => {
    await Promise.all([admit(desks[0], await cards(20)), admit(desks[1], await cards(10))]);
    await allSynced();
    const busy = await newKiosk(server.url, hq, await newShelter(hq, '健軍小学校'));
    let isOver = false;
    const pushing = (async () => {
      for (const household of sampleHouseholds(82, 5_000, 1)) if (!isOver) await busy.push(busy.admission(household));
    })();
    const out = join(folder, 'city.backup');
    const result = await runOperatorCommand('backup', ['--data', dataOf(city), '--out', out], environmentOf(city));
    isOver = true;
    await pushing;
    expect(result).toMatchObject({ code: 0, error: '' });
    expect(result.out).toMatch(/Verified: \d+ events of 2 shelters/);
    expect(result.out).toContain('The master key is NOT in the backup');
    expect(await readdir(folder)).toEqual(['city.backup']);

    const again = await runOperatorCommand('backup', ['--data', dataOf(city), '--out', out], environmentOf(city));
    expect(again).toMatchObject({ code: 1, error: expect.stringContaining('exists already') });
  });

  it('goes on admitting after the backup; then the server is lost, and the kiosks admit without it (RCP-3)', async () => {
    await Promise.all([admit(desks[0], await cards(8)), admit(desks[1], await cards(7))]);
    await allSynced();
    rosterBefore = await rosterOf(hq, 45);
    const more = await cards(5);
    await server.stop();
    await admit(desks[0], more);
  });

  it('is not restored from a bad file, without its key, or over data; and nothing is written (BAK-2)', async () => {
    const key = (await readFile(join(dataOf(city), 'master.key'), 'utf8')).trim();
    const whole = await readFile(join(folder, 'city.backup'));
    await writeFile(join(folder, 'cut.backup'), whole.subarray(0, whole.length - 1));
    const refusal = async (name: string, masterKey: string, place = newPlace) => {
      const parameters = ['--data', dataOf(place), '--in', join(folder, name)];
      const environment = { ...environmentOf(place), UKETSUKE_MASTER_KEY: masterKey };
      const result = await runOperatorCommand('restore', parameters, environment);
      expect(result).toMatchObject({ code: 1, out: '' });
      return result.error;
    };
    expect(await refusal('city.backup', '')).toContain('The master key is missing');
    expect(await refusal('city.backup', toBase64url(randomBytes(32)))).toContain('another master key');
    expect(await refusal('cut.backup', key)).toContain('damaged or cut short');
    expect(await refusal('no.backup', key)).toContain('does not exist');
    expect(await refusal('city.backup', key, city)).toContain('--replace');
    // Whatever was opened to look into, there is no database in it.
    await mkdir(join(dataOf(newPlace), 'couch', 'databases'), { recursive: true });
    expect(await readdir(join(dataOf(newPlace), 'couch', 'databases'))).toEqual([]);
  });

  it('is restored by command; staff sign in, and kiosks offer what the backup lacks: nobody is lost (BAK-2)', async () => {
    await copyFile(join(dataOf(city), 'master.key'), join(dataOf(newPlace), 'master.key'));
    const parameters = ['--data', dataOf(newPlace), '--in', join(folder, 'city.backup')];
    const result = await runOperatorCommand('restore', parameters, environmentOf(newPlace));
    expect(result).toMatchObject({ code: 0, error: '' });
    expect(result.out).toMatch(/Restored: \d+ events of 2 shelters/);

    server = await newPlace.start({ port: Number(new URL(server.url).port) });
    expect(server.firstAdmin).toBeNull();
    hq = new Console(server.url);
    expect((await hq.signIn('admin', TEST_PASSWORD)).status).toBe(200);
    const after = await rosterOf(hq, 50);
    expect(after.filter((entry) => rosterBefore.includes(entry))).toEqual(rosterBefore);
    await allSynced();
  });

  it('takes in a USB stick by command, whether the server runs or not, once (SYN-10)', async () => {
    const [kiosk, desk] = [kiosks[0], desks[0]];
    if (kiosk === undefined || desk === undefined) throw new Error('no kiosk');
    const more = await cards(3);
    await server.stop();
    await admit(desk, more);
    const bundles = bundleExportOf({ events: desk.exports, enrolment: kiosk.secrets.enrolment, now: Date.now });
    const { name, blob, events } = await bundles.make('unacknowledged', () => {});
    expect(events).toBe(3);
    const path = join(folder, name);
    await writeFile(path, Buffer.from(await blob.arrayBuffer()));
    const importing = (file: string) =>
      runOperatorCommand('import-bundle', [file, '--data', dataOf(newPlace)], environmentOf(newPlace));

    expect((await importing(path)).out).toContain('Imported 3 events');
    expect((await importing(path)).out).toContain('0 new, 3 already there, 0 kept aside');
    server = await newPlace.start({ port: Number(new URL(server.url).port) });
    expect((await importing(path)).out).toContain('0 new, 3 already there, 0 kept aside');
    await allSynced();
    await hq.signIn('admin', TEST_PASSWORD);
    expect((await rosterOf(hq, 53)).length).toBe(53);

    const refused = await importing(join(folder, 'cut.backup'));
    expect(refused).toMatchObject({ code: 1, out: '', error: expect.stringContaining('is not a bundle') });
  });

  it('lets headquarters in again by command when the password is lost', async () => {
    const parameters = (user: string) => [user, '--data', dataOf(newPlace)];
    const result = await runOperatorCommand('reset-password', parameters('admin'), environmentOf(newPlace));
    const [oneTimePassword] = /[0-9A-Z]{5}(-[0-9A-Z]{5}){3}/.exec(result.out) ?? [];
    hq = await Console.newcomer(server.url, { username: 'admin', oneTimePassword: oneTimePassword ?? '' });
    expect((await hq.get('/shelters')).status).toBe(200);
    const nobody = await runOperatorCommand('reset-password', parameters('nobody'), environmentOf(newPlace));
    expect(nobody).toMatchObject({ code: 1, error: expect.stringContaining('no member of staff') });
  });

  it('says where it looked when there is no city', async () => {
    const empty = join(folder, 'mistyped');
    const environment = { ...environmentOf(newPlace), DATABASE_PREFIX: 'test-nobody-' };
    const result = await runOperatorCommand('backup', ['--data', empty, '--out', join(folder, 'none')], environment);
    expect(result).toMatchObject({ code: 1, out: '', error: expect.stringContaining('there is no city in it') });
    const left = await readdir(folder);
    expect(left).not.toContain('none');
    expect(left).not.toContain('mistyped');
  });
});

const dataOf = (place: TestCity) => place.place.dataDirectory;

function environmentOf({ place }: TestCity): Record<string, string> {
  const { databasePrefix, couchdbUrl } = place;
  return { DATABASE_PREFIX: databasePrefix, COUCHDB_URL: couchdbUrl ?? '', UKETSUKE_MASTER_KEY: '' };
}

async function enrolled(deviceName: string): Promise<TestKiosk> {
  const code = await newCode(hq, shelter);
  const answer = await send(`${server.url}/device/v1/enrol`, 'POST', { code, deviceName });
  const enrolment = enrolmentResponseSchema.parse(answer.body);
  const kiosk = await TestKiosk.build({ enrolment, dataKey: toBase64url(randomBytes(32)) });
  kiosk.serverUrl = server.url;
  return kiosk;
}

/** Cards of people who come alone. */
async function cards(count: number): Promise<string[]> {
  const issued: string[] = [];
  while (issued.length < count) {
    const { value } = households.next();
    if (value === undefined) throw new Error('too few households');
    issued.push(await server.issueCard(value));
  }
  return issued;
}

async function admit(desk: Desk | undefined, codes: readonly string[]): Promise<void> {
  for (const code of codes) expect((await desk?.cards.scan(code, 'shelter'))?.kind).toBe('admitted');
}

async function allSynced(): Promise<void> {
  await eventually(async () => {
    // After a restore a kiosk offers what it knows of others, too.
    const isSynced = (desk: Desk) =>
      desk.view.snapshot().sync.trouble === null && desk.exports.countExportable('unacknowledged') === 0;
    return desks.every(isSynced) || undefined;
  }, PATIENCE_MS);
}

/** Who is on the shelter's roster at HQ, once there are so many: resident, name, when they came. */
function rosterOf(console: Console, people: number): Promise<string[]> {
  return eventually(async () => {
    const answer = await console.get(`/roster/shelters/${shelter.shelterId}/people?limit=200`);
    const page = rosterPageSchema.safeParse(answer.body);
    if (!page.success || page.data.total !== people) return undefined;
    return page.data.people.map((entry) => JSON.stringify(entry)).toSorted();
  }, PATIENCE_MS);
}
