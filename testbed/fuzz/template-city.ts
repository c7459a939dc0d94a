import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { Household } from '@uketsuke/shared/person';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import type { KioskSecrets } from '../../kiosk/src/reception/kiosk-secrets.ts';
import { startHub } from '../../sync-server/src/hub/start-hub.ts';
import { prepareCity } from '../rough-network/prepared-city.ts';
import { type CityData, cityDataAt, copyCityData, removeCityData } from './city-data.ts';
import { CARDS, KIOSKS } from './plan.ts';

const HOUSEHOLDS_SEED = 11;

/** A city with one shelter, its kiosks and its hub, all enrolled and with nothing recorded; copied for every seed. */
export interface TemplateCity {
  readonly shelterId: string;
  readonly kiosks: readonly KioskSecrets[];
  readonly households: readonly Household[];
  /** A card for each household. */
  readonly cards: readonly string[];
  /** HQ's session. */
  readonly cookie: string;
  /** The hub's TLS certificate, PEM. */
  readonly hubCertificate: string;
  /** Puts fresh data of the city, and of the hub into a folder of this name. */
  copyTo(city: CityData, hubDirectory: string): Promise<void>;
  remove(): Promise<void>;
}

export async function buildTemplateCity(): Promise<TemplateCity> {
  const folder = await mkdtemp(join(tmpdir(), 'uketsuke-fuzz-template-'));
  const [cityData, hubFolder] = [cityDataAt(join(folder, 'city')), join(folder, 'hub')];
  const households = sampleHouseholds(HOUSEHOLDS_SEED, CARDS);
  let hubCertificate = '';
  const city = await prepareCity({
    database: cityData,
    shelters: [KIOSKS],
    households,
    withHubCodes: true,
    whileRunning: async (cityUrl, [shelter]) => {
      const code = shelter?.hubCode ?? '';
      const setting = { cityUrl, code, deviceName: '避難所ハブ', host: '127.0.0.1', port: 0 };
      const hub = await startHub({ dataDirectory: hubFolder, ...setting });
      hubCertificate = await certificateAt(Number(new URL(hub.url).port));
      await hub.stop();
    },
  });
  const [shelter] = city.shelters;
  if (shelter === undefined) throw new Error('no shelter was made');
  return {
    ...shelter,
    households,
    cards: city.cards,
    cookie: city.cookie,
    hubCertificate,
    copyTo: async (cityOfSeed, hubDirectory) => {
      await copyCityData(cityData, cityOfSeed);
      await cp(hubFolder, hubDirectory, { recursive: true });
    },
    remove: async () => {
      await removeCityData(cityData);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The certificate of whoever listens on the port, PEM; the caller knows that it is its own hub. */
async function certificateAt(port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const certificate = socket.getPeerX509Certificate()?.toString();
  socket.destroy();
  if (certificate === undefined) throw new Error('the hub showed no certificate');
  return certificate;
}
