import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { createKioskHost } from '../../kiosk/host/kiosk-host-service.ts';
import { enrolKiosk } from '../../kiosk/src/desk/enrol-kiosk.ts';
import { startServer } from '../../sync-server/src/city/start-server.ts';
import { HeadquartersClient } from '../headquarters/headquarters-client.ts';
import { hostDataOn } from './kiosk-on-disk.ts';

const CARD_SEED = 2016;

/**
 * Enrols a kiosk whose data is on `disk` at a server that is then stopped: it admits without a network (RCP-3).
 * @returns codes of as many cards as asked for, one person each
 */
export async function enrolKioskOnDisk(disk: string, pin: string, cards: number): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'uketsuke-power-cut-server-'));
  const server = await startServer({ dataDirectory: directory, port: 0 });
  try {
    if (server.firstAdmin === null) throw new Error('the server is not new');
    const hq = await HeadquartersClient.signIn(server.url, server.firstAdmin, 'power-cut-password');
    const code = await hq.createEnrolmentCode(await hq.createShelter('健軍小学校'));
    const host = await createKioskHost({ dataDirectory: hostDataOn(disk), kind: 'browser', version: 'test' });
    try {
      await enrolKiosk({ host, serverUrl: server.url, code, deviceName: '受付1', pin });
    } finally {
      await host.close();
    }
    const codes: string[] = [];
    for (const household of sampleHouseholds(CARD_SEED, cards, 1)) codes.push(await server.issueCard(household));
    return codes;
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
