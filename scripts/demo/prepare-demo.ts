import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Household } from '@uketsuke/shared/person';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import * as z from 'zod';
import { createKioskHost } from '../../kiosk/host/kiosk-host-service.ts';
import { enrolKiosk } from '../../kiosk/src/desk/enrol-kiosk.ts';
import { HeadquartersClient } from '../../testbed/headquarters/headquarters-client.ts';

/** Number of demonstration households: as many as walked through Kumamoto City's trial in February 2024. */
const DEMO_PEOPLE = 44;
const DEMO_SEED = 2024;
const DEMO_SHELTERS = ['健軍小学校 体育館(デモ)', '水前寺公民館(デモ)'] as const;

const demoSchema = z.object({
  hqPassword: z.string(),
  kioskPin: z.string(),
  cards: z.array(z.object({ code: z.string(), names: z.array(z.string()) })),
});
/** What the demonstration page shows: invented residents' codes and how to sign in. */
export type Demo = z.infer<typeof demoSchema>;

/** What the demonstration needs of a running server. */
export interface DemoServer {
  readonly url: string;
  readonly firstAdmin: { readonly username: string; readonly oneTimePassword: string } | null;
  issueCard(household: Household): Promise<string>;
}

/**
 * Makes the demonstration on the first run and finds it again on later ones: two shelters, an enrolled kiosk with a
 * PIN, and 44 households with cards.
 */
export async function prepareDemo(options: {
  server: DemoServer;
  dataDirectory: string;
  kioskData: string;
}): Promise<Demo> {
  const path = join(options.dataDirectory, 'demo.json');
  if (existsSync(path)) return demoSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  if (options.server.firstAdmin === null) {
    throw new Error(
      'This data directory is in use without demo data. Choose an empty one: npm start -- --demo --data DIRECTORY',
    );
  }
  const demo: Demo = { hqPassword: newDemoPassword(), kioskPin: '246810', cards: [] };
  const hq = await HeadquartersClient.signIn(options.server.url, options.server.firstAdmin, demo.hqPassword);
  const [first] = await Promise.all(DEMO_SHELTERS.map((name) => hq.createShelter(name)));
  if (first === undefined) throw new Error('no shelter was created');
  const host = await createKioskHost({ dataDirectory: options.kioskData, kind: 'browser', version: 'demo' });
  try {
    const code = await hq.createEnrolmentCode(first);
    await enrolKiosk({ host, serverUrl: options.server.url, code, deviceName: '受付1', pin: demo.kioskPin });
  } finally {
    await host.close();
  }
  for (const household of sampleHouseholds(DEMO_SEED, DEMO_PEOPLE)) {
    demo.cards.push({
      code: await options.server.issueCard(household),
      names: household.members.map((member) => member.name.written),
    });
  }
  writeFileSync(path, JSON.stringify(demo), { mode: 0o600 });
  return demo;
}

function newDemoPassword(): string {
  return `demo-${Buffer.from(crypto.getRandomValues(new Uint8Array(9))).toString('base64url')}`;
}
