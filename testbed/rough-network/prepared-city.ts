import { type RandomBytes, secureRandomBytes } from '@uketsuke/shared/identifiers';
import type { Household } from '@uketsuke/shared/person';
import { toBase64url } from '@uketsuke/shared/sealing';
import type { KioskSecrets } from '../../kiosk/src/reception/kiosk-secrets.ts';
import { type ServerOptions, startServer } from '../../sync-server/src/city/start-server.ts';
import { enrolDevice } from '../headquarters/city-clients.ts';
import { HeadquartersClient } from '../headquarters/headquarters-client.ts';

export const HQ_USER = 'admin';
export const HQ_PASSWORD = 'rough-network-1';

/** A shelter with its kiosks' secrets, as enrolment made them. */
export interface PreparedShelter {
  readonly shelterId: string;
  readonly kiosks: readonly KioskSecrets[];
  /** Enrols a hub; null unless asked for. */
  readonly hubCode: string | null;
}

export interface PreparedCity {
  readonly shelters: readonly PreparedShelter[];
  /** A card's code for each household asked for. */
  readonly cards: readonly string[];
  /** HQ's session, as HeadquartersClient.withCookie takes it. */
  readonly cookie: string;
}

export interface CityPlan {
  readonly database: Pick<ServerOptions, 'dataDirectory' | 'databasePrefix' | 'couchdbUrl'>;
  /** Kiosks per shelter. */
  readonly shelters: readonly number[];
  readonly households: readonly Household[];
  readonly withHubCodes?: boolean;
  /** Called while the server still runs. */
  readonly whileRunning?: (serverUrl: string, shelters: readonly PreparedShelter[]) => Promise<void>;
}

/** Makes a city's data: the real server enrols kiosks and issues cards, and is stopped again when this returns. */
export async function prepareCity(plan: CityPlan): Promise<PreparedCity> {
  const server = await startServer({ ...plan.database, port: 0 });
  try {
    if (server.firstAdmin === null) throw new Error('the server is not new');
    const hq = await HeadquartersClient.signIn(server.url, server.firstAdmin, HQ_PASSWORD);
    const shelters: PreparedShelter[] = [];
    for (const [at, kioskCount] of plan.shelters.entries()) {
      const shelterId = await hq.createShelter(`第${at + 1}避難所`);
      const kiosks: KioskSecrets[] = [];
      for (let kiosk = 0; kiosk < kioskCount; kiosk += 1) {
        kiosks.push(await enrol(server.url, await hq.createEnrolmentCode(shelterId), `受付${kiosk + 1}`));
      }
      const hubCode = plan.withHubCodes === true ? await hq.createEnrolmentCode(shelterId, 'hub') : null;
      shelters.push({ shelterId, kiosks, hubCode });
    }
    const cards: string[] = [];
    for (const household of plan.households) cards.push(await server.issueCard(household));
    await plan.whileRunning?.(server.url, shelters);
    return { shelters, cards, cookie: hq.cookie };
  } finally {
    await server.stop();
  }
}

/** Redeems a code as a kiosk does; the secrets that its vault would hold. */
export async function enrol(
  serverUrl: string,
  code: string,
  deviceName: string,
  random: RandomBytes = secureRandomBytes,
): Promise<KioskSecrets> {
  return { enrolment: await enrolDevice(serverUrl, code, deviceName), dataKey: toBase64url(random(32)) };
}
