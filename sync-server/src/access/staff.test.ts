import {
  newStaffResponseSchema,
  rosterPageSchema,
  shelterSummariesResponseSchema,
  sheltersResponseSchema,
} from '@uketsuke/shared/contracts';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import argon2 from 'argon2';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newKiosk, newShelter } from '../../../testbed/test-server/new-shelter.ts';
import {
  type Answer,
  Console,
  eventually,
  openTestCity,
  send,
  TEST_PASSWORD,
  type TestCity,
} from '../../../testbed/test-server/test-server.ts';
import type { RunningServer } from '../city/start-server.ts';

const HOUR_MS = 60 * 60 * 1_000;
let city: TestCity;
let server: RunningServer;
let hq: Console;
let clockMs = 0;

beforeAll(async () => {
  city = await openTestCity();
  server = await city.start({ now: () => Date.now() + clockMs });
  hq = await Console.firstAdmin(server);
});
afterAll(() => city.close());

async function newAccount(username: string, role: 'hq' | 'shelter', shelterIds: readonly string[] = []) {
  return newStaffResponseSchema.parse((await hq.post('/staff', { username, role, shelterIds })).body);
}

/** The answer of a server that had time to check: on a busy machine it sends some away before, which counts as no try. */
async function judged(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if (answer.code !== 'busy') return answer;
  }
}

describe('signing in', () => {
  it('lets a one-time password do nothing but be changed', async () => {
    const account = await newAccount('hanako', 'hq');
    const console = new Console(server.url);
    expect((await console.signIn('hanako', account.oneTimePassword)).body).toMatchObject({ mustChangePassword: true });
    expect((await console.get('/me')).body).toMatchObject({ username: 'hanako', mustChangePassword: true });
    expect((await console.get('/roster/shelters')).code).toBe('password-change-required');
    expect((await console.post('/shelters', { name: 'x' })).code).toBe('password-change-required');
    const change = (current: string, next: string) => console.post('/password', { current, next });
    expect((await change('wrong', TEST_PASSWORD)).code).toBe('wrong-credentials');
    expect((await change(account.oneTimePassword, 'short')).code).toBe('malformed-request');
    expect((await change(account.oneTimePassword, account.oneTimePassword)).code).toBe('malformed-request');
    expect((await change(account.oneTimePassword, TEST_PASSWORD)).status).toBe(204);
    expect((await console.get('/roster/shelters')).status).toBe(200);
    expect((await new Console(server.url).signIn('hanako', account.oneTimePassword)).code).toBe('wrong-credentials');
  });

  it('ends other sessions when the password changes, and the own one at sign-out', async () => {
    const other = await Console.newcomer(server.url, await newAccount('taro', 'hq'));
    const console = new Console(server.url);
    await console.signIn('taro', TEST_PASSWORD);
    await console.post('/password', { current: TEST_PASSWORD, next: `${TEST_PASSWORD}!` });
    expect((await other.get('/me')).code).toBe('not-signed-in');
    const { cookie } = console;
    expect((await console.post('/logout')).status).toBe(204);
    console.cookie = cookie;
    expect((await console.get('/me')).code).toBe('not-signed-in');
    expect((await console.post('/logout')).status).toBe(204);
  });

  it('sets a cookie that scripts and other sites cannot use; the database holds only its hash', async () => {
    const answer = await new Console(server.url).signIn('admin', TEST_PASSWORD);
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect(cookie).not.toMatch(/Secure/);
  });

  it('sets one that is bound to the host where the server is reached over https (SEC-9)', async () => {
    const origin = 'https://uketsuke.example';
    const elsewhere = await openTestCity();
    try {
      const secured = await elsewhere.start({ publicOrigin: origin });
      const { username, oneTimePassword: password } = secured.firstAdmin ?? expect.fail('no account');
      const headers = { origin, 'x-uketsuke': '1' };
      const answer = await send(`${secured.url}/hq/v1/login`, 'POST', { username, password }, headers);
      const [cookie = ''] = answer.headers.getSetCookie();
      expect(cookie).toMatch(/^__Host-uketsuke-session=[^;]+;.*Path=\/;.*Secure/);
      expect(cookie).not.toMatch(/Domain/);
      const [pair = ''] = cookie.split(';');
      expect((await send(`${secured.url}/hq/v1/me`, 'GET', undefined, { cookie: pair })).status).toBe(200);
      const plain = pair.replace('__Host-', '');
      expect((await send(`${secured.url}/hq/v1/me`, 'GET', undefined, { cookie: plain })).status).toBe(401);
    } finally {
      await elsewhere.close();
    }
  });

  it('ends a session after two hours unused and after twelve in any case', async () => {
    const console = new Console(server.url);
    await console.signIn('admin', TEST_PASSWORD);
    clockMs = 1.9 * HOUR_MS;
    expect((await console.get('/me')).status).toBe(200);
    clockMs = 4.1 * HOUR_MS;
    expect((await console.get('/me')).code).toBe('not-signed-in');
    clockMs = 0;
    await console.signIn('admin', TEST_PASSWORD);
    for (let hours = 1.5; hours < 12; hours += 1.5) {
      clockMs = hours * HOUR_MS;
      expect((await console.get('/me')).status).toBe(200);
    }
    clockMs = 12.1 * HOUR_MS;
    expect((await console.get('/me')).code).toBe('not-signed-in');
    clockMs = 0;
  });

  it('refuses after as many wrong guesses at the password of somebody who is signed in (SEC-6)', async () => {
    const console = await Console.newcomer(server.url, await newAccount('ichiro', 'hq'));
    const guess = (at: number) =>
      judged(() => console.post('/password', { current: `wrong ${at}`, next: `${TEST_PASSWORD}!` }));
    const answers = await Promise.all(Array.from({ length: 12 }, (_, at) => guess(at)));
    expect(answers.filter(({ code }) => code === 'wrong-credentials')).toHaveLength(10);
    expect(answers.filter(({ code }) => code === 'too-many-attempts')).toHaveLength(2);
  });

  it('slows down and then refuses repeated wrong passwords of an account, known or not (SEC-6)', async () => {
    await newAccount('shiro', 'hq');
    for (const username of ['nobody-here', 'shiro']) {
      const attempts = Array.from({ length: 12 }, (_, at) =>
        judged(() => new Console(server.url).signIn(username, `wrong ${at}`)),
      );
      const answers = await Promise.all(attempts);
      expect(answers.filter(({ code }) => code === 'wrong-credentials')).toHaveLength(10);
      const refused = answers.filter(({ code }) => code === 'too-many-attempts');
      expect(refused).toHaveLength(2);
      expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await new Console(server.url).signIn('shiro', TEST_PASSWORD)).code).toBe('too-many-attempts');
    expect((await new Console(server.url).signIn('admin', TEST_PASSWORD)).status).toBe(200);
  });
});

describe('many at the door', () => {
  const signInFrom = (address: string, username: string, password: string) =>
    send(
      `${server.url}/hq/v1/login`,
      'POST',
      { username, password },
      {
        'x-uketsuke': '1',
        origin: server.url,
        'x-forwarded-for': address,
      },
    );

  it('who guesses from elsewhere does not lock out who the account belongs to, nor a signed-in one (SEC-6)', async () => {
    const kumiko = await Console.newcomer(server.url, await newAccount('kumiko', 'hq'));
    for (const network of ['198.51.100.1', '2001:db8:0:1::5']) {
      const guesses = Array.from({ length: 12 }, (_, at) => judged(() => signInFrom(network, 'kumiko', `wrong ${at}`)));
      const codes = (await Promise.all(guesses)).map(({ code }) => code);
      expect(codes.filter((code) => code === 'too-many-attempts').length).toBeGreaterThanOrEqual(2);
    }
    // Another address of a network that was refused is the same network; another network is somebody else.
    expect((await signInFrom('2001:db8:0:1:ffff::1', 'kumiko', TEST_PASSWORD)).code).toBe('too-many-attempts');
    expect((await signInFrom('2001:db8:0:2::1', 'kumiko', TEST_PASSWORD)).status).toBe(200);
    expect((await kumiko.post('/password', { current: TEST_PASSWORD, next: `${TEST_PASSWORD} 2` })).status).toBe(204);
  });

  it('fifty log-ins at once check two passwords at a time; the others are told to come back, and pushes go on', async () => {
    const shelter = await newShelter(hq, '帯山');
    const kiosk = await newKiosk(server.url, hq, shelter);
    const [household] = sampleHouseholds(23, 1, 2);
    if (household === undefined) throw new Error('no sample');
    let [inside, most] = [0, 0];
    const verify = argon2.verify.bind(argon2);
    const watched = vi.spyOn(argon2, 'verify').mockImplementation(async (hash, password) => {
      inside += 1;
      most = Math.max(most, inside);
      try {
        return await verify(hash, password);
      } finally {
        inside -= 1;
      }
    });
    const addresses = Array.from({ length: 50 }, (_, at) => `203.0.113.${at}`);
    const logIns = Promise.all(addresses.map((address, at) => signInFrom(address, `nobody${at}`, 'wrong')));
    await eventually(() => (inside === 2 ? true : undefined));
    // While passwords are checked and others wait; how long it takes is measured by the benches, not judged here.
    await kiosk.push(kiosk.admission(household));
    const answers = await logIns;
    watched.mockRestore();
    expect(most).toBe(2);
    const sentAway = answers.filter(({ code }) => code === 'busy');
    expect(sentAway.length).toBeGreaterThan(20);
    expect(sentAway.every(({ headers }) => Number(headers.get('retry-after')) > 0)).toBe(true);
    expect(answers.filter(({ code }) => code === 'wrong-credentials').length).toBe(50 - sentAway.length);
  });
});

describe('requests forged by another page', () => {
  it.each([
    ['no header', { origin: 'SELF' }],
    ['no origin', { 'x-uketsuke': '1' }],
    ['another origin', { 'x-uketsuke': '1', origin: 'https://evil.example' }],
    ['no origin to speak of', { 'x-uketsuke': '1', origin: 'null' }],
  ])('are refused: %s', async (_what, headers) => {
    const own = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value === 'SELF' ? server.url : value]),
    );
    for (const path of ['/shelters', '/login', '/logout', '/password', '/staff', '/keys/issuer']) {
      const answer = await send(`${server.url}/hq/v1${path}`, 'POST', { name: 'x' }, { cookie: hq.cookie, ...own });
      expect(answer).toMatchObject({ status: 403, code: 'not-allowed' });
    }
  });
});

describe('what a role may see (SEC-4)', () => {
  it('is, for role shelter, its own shelters only', async () => {
    const [mine, theirs] = [await newShelter(hq, '託麻'), await newShelter(hq, '龍田')];
    const kiosks = [await newKiosk(server.url, hq, mine), await newKiosk(server.url, hq, theirs)];
    const [household] = sampleHouseholds(21, 1, 2);
    if (household === undefined) throw new Error('no sample');
    for (const kiosk of kiosks) await kiosk.push(kiosk.admission(household));
    const residentId = household.members[0]?.residentId ?? '';
    const clerk = await Console.newcomer(server.url, await newAccount('clerk', 'shelter', [mine.shelterId]));
    await eventually(async () => {
      const { entries } = JSON.parse(JSON.stringify((await hq.get(`/roster/people/${residentId}`)).body));
      return entries?.length === 2 || undefined;
    });

    expect(sheltersResponseSchema.parse((await clerk.get('/shelters')).body).shelters).toEqual([mine]);
    const summaries = shelterSummariesResponseSchema.parse((await clerk.get('/roster/shelters')).body).shelters;
    expect(summaries).toEqual([expect.objectContaining({ shelter: mine, duplicates: 0 })]);
    const found = rosterPageSchema.parse(
      (await clerk.get(`/roster/search?q=${encodeURIComponent(household.members[0]?.name.kana ?? '')}`)).body,
    );
    expect(found.people.every((person) => person.shelterId === mine.shelterId && person.duplicates.length === 0)).toBe(
      true,
    );
    expect(found.total).toBeGreaterThan(0);
    expect((await clerk.get(`/roster/people/${residentId}`)).body).toMatchObject({
      entries: [{ shelterId: mine.shelterId }],
    });

    expect((await clerk.get(`/roster/shelters/${theirs.shelterId}/people`)).code).toBe('shelter-unknown');
    expect((await clerk.get(`/shelters/${theirs.shelterId}/devices`)).code).toBe('shelter-unknown');
    for (const path of [`/quarantine?shelterId=${mine.shelterId}`, '/keys/issuer']) {
      expect((await clerk.get(path)).code).toBe('not-allowed');
    }
    for (const path of [
      '/shelters',
      '/staff',
      '/keys/issuer',
      '/keys/issuer/1/withdraw',
      '/cards/AAAAAAAA/revoke',
      `/devices/${kiosks[0]?.enrolment.deviceId}/revoke`,
      `/shelters/${mine.shelterId}/enrolment-codes`,
    ]) {
      expect((await clerk.post(path, {})).code).toBe('not-allowed');
    }
  });

  it('is nothing without a session', async () => {
    for (const path of ['/me', '/shelters', '/roster/shelters', '/roster/search?q=a', '/roster/live', '/keys/issuer']) {
      expect(await new Console(server.url).get(path)).toMatchObject({ status: 401, code: 'not-signed-in' });
    }
  });

  it('does not give a name twice, nor unknown shelters', async () => {
    await newAccount('jiro', 'hq');
    expect((await hq.post('/staff', { username: 'jiro', role: 'hq', shelterIds: [] })).code).toBe('conflict');
    expect((await hq.post('/staff', { username: 'saburo', role: 'shelter', shelterIds: ['nowhere'] })).code).toBe(
      'shelter-unknown',
    );
    expect((await hq.post('/staff', { username: '../x', role: 'hq', shelterIds: [] })).code).toBe('malformed-request');
  });
});
