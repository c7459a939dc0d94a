import { readFile } from 'node:fs/promises';
import {
  ALL_AREAS,
  CITY_AREAS,
  cityOperatorContracts,
  contractsOf,
  HUB_AREAS,
  operatorContracts,
  problemSchema,
  problemsOf,
  type RouteContract,
} from '@uketsuke/shared/contracts';
import type { Express } from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { newKiosk, newShelter } from '../../../testbed/test-server/new-shelter.ts';
import { newHubCode, openTestHub, type TestHub } from '../../../testbed/test-server/test-hub.ts';
import {
  type BareKiosk,
  Console,
  openTestCity,
  send,
  type TestCity,
} from '../../../testbed/test-server/test-server.ts';
import type { RunningServer } from '../city/start-server.ts';
import type { RunningHub } from '../hub/start-hub.ts';
import { VERSION } from './health.ts';
import { describeApi, openApiPath } from './openapi.ts';

/** What people's browsers ask for: pages, not part of the interface. */
const PAGES = ['get /', 'get /usb', 'post /usb', 'get /hub-page.css', 'get /hub-page.js', 'get /{*path}'];

let city: TestCity;
let server: RunningServer;
let hq: Console;
let kiosk: BareKiosk;
let hubs: TestHub;
let hub: RunningHub;

beforeAll(async () => {
  city = await openTestCity();
  server = await city.start();
  hq = await Console.firstAdmin(server);
  const shelter = await newShelter(hq, '健軍小学校');
  kiosk = await newKiosk(server.url, hq, shelter);
  hubs = await openTestHub();
  hub = await hubs.start({ cityUrl: server.url, code: await newHubCode(hq, shelter), deviceName: '親機' });
}, 180_000);
afterAll(async () => {
  await hubs.close();
  await city.close();
});

const stackSchema = z.array(
  z.looseObject({
    route: z.looseObject({ path: z.string(), methods: z.record(z.string(), z.boolean()) }).optional(),
    handle: z.unknown(),
  }),
);

/** Method and path of every route that is mounted, those of routers within routers too. */
function mountedIn(router: unknown): string[] {
  if (typeof router !== 'function' || !('stack' in router)) return [];
  return stackSchema.parse(router.stack).flatMap(({ route, handle }) => {
    if (route === undefined) return mountedIn(handle);
    // `_all` answers other methods with 405.
    const methods = Object.keys(route.methods).filter((method) => method !== '_all');
    return methods.map((method) => `${method} ${route.path}`);
  });
}

const apiRoutesOf = (application: Express) =>
  mountedIn(application.router)
    .filter((each) => !PAGES.includes(each))
    .sort();
const listed = (contracts: readonly RouteContract[]) => contracts.map(({ method, path }) => `${method} ${path}`).sort();

const descriptionSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({ parameters: z.array(z.looseObject({ name: z.string(), in: z.enum(['path', 'query']) })) }),
    ),
  ),
});
const described = (description: unknown) =>
  Object.entries(descriptionSchema.parse(description).paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters }]) => ({ method, path, parameters })),
  );

describe('the description (OpenAPI)', () => {
  it('is committed as the contracts make it: `npm run openapi` writes it, and the change is reviewed', async () => {
    const committed: unknown = JSON.parse(
      await readFile(new URL('../../../docs/openapi.json', import.meta.url), 'utf8'),
    );
    expect(committed).toEqual(JSON.parse(JSON.stringify(describeApi(ALL_AREAS, VERSION))));
  });

  it('lists what the city’s server has mounted, no more and no less', async () => {
    const mounted = apiRoutesOf(server.application);
    expect(mounted).toEqual(listed(contractsOf(CITY_AREAS)));
    const served = described((await send(`${server.url}/openapi.json`, 'GET')).body);
    expect(served.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
      mounted.map((each) => each.replaceAll(/:(\w+)/g, '{$1}')).sort(),
    );
  });

  it('lists what a hub has mounted, no more and no less', () => {
    expect(apiRoutesOf(hub.application)).toEqual(listed(contractsOf(HUB_AREAS)));
  });

  it('has the parameters of the schemas that the routes parse by, witnesses among them', () => {
    const all = described(describeApi(ALL_AREAS, VERSION));
    for (const contract of contractsOf(ALL_AREAS)) {
      const { parameters } =
        all.find(({ method, path }) => method === contract.method && path === openApiPath(contract)) ??
        expect.fail(contract.path);
      const named = (place: string) => parameters.filter((each) => each.in === place).map(({ name }) => name);
      expect(named('query')).toEqual(Object.keys(contract.query?.shape ?? {}));
      expect(named('path')).toEqual(Object.keys(contract.params?.shape ?? {}));
      expect(named('path')).toEqual([...contract.path.matchAll(/:(\w+)/g)].map(([, name]) => name));
    }
    const pull = all.find(({ method, path }) => `${method} ${path}` === 'get /sync/v1/events');
    expect(pull?.parameters).toContainEqual({
      name: 'witness',
      in: 'query',
      required: false,
      schema: { type: 'string', maxLength: 400 },
    });
  });
});

describe('the mounted routes', () => {
  const cityRoutes = contractsOf(CITY_AREAS);
  const headersFor = ({ access }: RouteContract): Record<string, string> => {
    const ofStaff = { cookie: hq.cookie, origin: server.url, 'x-uketsuke': '1' };
    return access === 'device' ? { authorization: `Bearer ${kiosk.enrolment.credential}` } : ofStaff;
  };
  const methodOf = ({ method }: RouteContract) => (method === 'get' ? 'GET' : 'POST');

  it('parse every parameter that is described: given twice or wrongly it is refused by its name', async () => {
    let tried = 0;
    for (const contract of cityRoutes) {
      const good = contract.path.replace(':shelterId', kiosk.enrolment.shelter.shelterId);
      for (const name of Object.keys(contract.query?.shape ?? {})) {
        // Others that are required are given right.
        const others = ['q', 'shelterId'].filter((each) => each !== name).map((each) => `&${each}=x`);
        const answer = await send(
          `${server.url}${good}?${name}=1&${name}=2${others.join('')}`,
          methodOf(contract),
          undefined,
          headersFor(contract),
        );
        const { code, detail } = problemSchema.parse(answer.body);
        expect([contract.path, name, code, detail?.split(/[.:]/)[0]]).toEqual([
          contract.path,
          name,
          'malformed-request',
          name,
        ]);
        tried += 1;
      }
      for (const name of Object.keys(contract.params?.shape ?? {})) {
        if (contract.access === 'management-token') continue;
        const url = server.url + contract.path.replace(`:${name}`, '%21');
        const answer = await send(url, methodOf(contract), undefined, headersFor(contract));
        const { code, detail } = problemSchema.parse(answer.body);
        expect([contract.path, code, detail?.startsWith(name)]).toEqual([contract.path, 'malformed-request', true]);
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(20);
  });

  it('let in whom the contract says, and nobody else', async () => {
    for (const contract of cityRoutes) {
      const url = server.url + contract.path.replaceAll(/:\w+/g, '%21');
      const answer = await send(url, methodOf(contract), undefined, { origin: server.url, 'x-uketsuke': '1' });
      const { access } = contract;
      if (access === 'everyone') expect([contract.path, answer.code]).not.toContain('not-signed-in');
      else if (access === 'device') expect([contract.path, answer.code]).toEqual([contract.path, 'device-unknown']);
      else if (access !== 'management-token') {
        expect([contract.path, answer.code]).toEqual([contract.path, 'not-signed-in']);
      }
      if (answer.code !== undefined) expect(problemsOf(contract)).toContain(answer.code);
    }
  });

  it('of a hub’s operator are among those of the city’s', () => {
    expect(listed(Object.values(cityOperatorContracts))).toEqual(
      expect.arrayContaining(listed(Object.values(operatorContracts))),
    );
  });
});
