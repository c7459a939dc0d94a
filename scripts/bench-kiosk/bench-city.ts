import { join } from 'node:path';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { createKioskHost, type KioskHostService } from '../../kiosk/host/kiosk-host-service.ts';
import { enrolKiosk, unlockKiosk } from '../../kiosk/src/desk/enrol-kiosk.ts';
import type { KioskSecrets } from '../../kiosk/src/reception/kiosk-secrets.ts';
import { startServer } from '../../sync-server/src/city/start-server.ts';
import { HeadquartersClient } from '../../testbed/headquarters/headquarters-client.ts';

const CARDS_SEED = 7;
export const PIN = '314159';

/** A kiosk that has been enrolled and whose page was never opened. */
export interface EnrolledKiosk {
  readonly dataDirectory: string;
  readonly host: KioskHostService;
  readonly secrets: KioskSecrets;
}

export interface BenchCity {
  readonly kiosks: readonly EnrolledKiosk[];
  /** Codes of cards of one person each. */
  readonly cards: readonly string[];
}

/** A city's real server enrols kiosks for one shelter and issues cards; it is stopped again when this returns. */
export async function prepareCity(directory: string, kioskCount: number, cardCount: number): Promise<BenchCity> {
  const server = await startServer({ dataDirectory: join(directory, 'server'), port: 0 });
  try {
    if (server.firstAdmin === null) throw new Error('the server is not new');
    const hq = await HeadquartersClient.signIn(server.url, server.firstAdmin, 'bench-password-1');
    const shelterId = await hq.createShelter('計測小学校');
    const kiosks: EnrolledKiosk[] = [];
    for (let at = 0; at < kioskCount; at += 1) {
      const dataDirectory = join(directory, `kiosk-${at}`);
      const host = await createKioskHost({ dataDirectory, kind: 'browser', version: 'bench' });
      const code = await hq.createEnrolmentCode(shelterId);
      await enrolKiosk({ host, serverUrl: server.url, code, deviceName: `受付${at + 1}`, pin: PIN });
      kiosks.push({ dataDirectory, host, secrets: await unlockKiosk(host, PIN) });
    }
    const cards: string[] = [];
    for (const household of sampleHouseholds(CARDS_SEED, cardCount, 1)) cards.push(await server.issueCard(household));
    return { kiosks, cards };
  } finally {
    await server.stop();
  }
}
