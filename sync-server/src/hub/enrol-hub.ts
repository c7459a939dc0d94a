import { CodedError } from '@uketsuke/shared/coded-error';
import {
  type ApiErrorCode,
  asApiError,
  createClient,
  deviceContracts,
  fetchSend,
  type HubEnrolmentRequest,
  type HubEnrolmentResponse,
  hubEnrolmentRequestSchema,
  serverOrigin,
} from '@uketsuke/shared/contracts';
import type { HubEnrolmentRefusal } from '@uketsuke/shared/errors';
import { type RandomBytes, secureRandomBytes } from '@uketsuke/shared/identifiers';
import { certificateSha256, newHubCertificate } from './hub-certificate.ts';
import { type HubFile, readHubFile, writeHubFile } from './hub-file.ts';

const TIMEOUT_MS = 20_000;

const SENTENCES: Readonly<Record<HubEnrolmentRefusal, string>> = {
  'not-enrolled': 'this hub is not enrolled yet: give --city, --code and --name with the code that headquarters made',
  'wrong-details': 'the address, code or name is not in the right form: check --city, --code and --name',
  'insecure-address': "the address of the city's server must begin with https://; check --city",
  'city-unreachable': "the city's server does not answer: check --city and the connection, then start again",
  'code-refused': 'the code is unknown, used, expired, or not for a hub: ask headquarters for a new one for a hub',
  'too-many-attempts': 'too many wrong codes were tried: wait fifteen minutes, then start again',
};

/** The hub could not be enrolled; the message says what to do. */
export class HubEnrolmentError extends CodedError<HubEnrolmentRefusal> {
  override readonly name = 'HubEnrolmentError';
  constructor(code: HubEnrolmentRefusal, options?: ErrorOptions) {
    super(code, SENTENCES[code], options);
  }
}

/** What the operator gives at the start; on later starts only what is to change. */
export interface HubSetting {
  readonly cityUrl?: string | undefined;
  readonly code?: string | undefined;
  readonly deviceName?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

export interface HubPreparation {
  readonly dataDirectory: string;
  readonly masterKey: Uint8Array<ArrayBuffer>;
  readonly setting: HubSetting;
  readonly defaults: { readonly host: string; readonly port: number };
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly random?: RandomBytes;
}

/**
 * The hub's file: read, or on the first start made by redeeming the code at the city. A code given to a hub that is
 * enrolled already is not used.
 * @throws HubEnrolmentError, HubFileError
 */
export async function prepareHub(preparation: HubPreparation): Promise<HubFile> {
  const { dataDirectory, masterKey, setting, defaults, random = secureRandomBytes } = preparation;
  const kept = await readHubFile(dataDirectory, masterKey);
  const host = setting.host ?? kept?.host ?? defaults.host;
  const port = setting.port ?? kept?.port ?? defaults.port;
  if (kept === undefined) {
    const file: HubFile = { version: 1, ...(await enrol(preparation)), host, port };
    await writeHubFile(dataDirectory, masterKey, file, random);
    return file;
  }
  const cityUrl = originOf(setting.cityUrl ?? kept.cityUrl);
  const file: HubFile = { ...kept, cityUrl, host, port };
  await writeHubFile(dataDirectory, masterKey, file, random);
  return file;
}

async function enrol({ setting, fetch: fetcher, now }: HubPreparation) {
  if (setting.cityUrl === undefined || setting.code === undefined || setting.deviceName === undefined) {
    throw new HubEnrolmentError('not-enrolled');
  }
  const cityUrl = originOf(setting.cityUrl);
  const tls = await newHubCertificate(now());
  const request = hubEnrolmentRequestSchema.safeParse({
    code: setting.code,
    deviceName: setting.deviceName,
    certificateSha256: certificateSha256(tls.certificate),
  });
  if (!request.success) throw new HubEnrolmentError('wrong-details');
  return { enrolment: await redeem(cityUrl, request.data, fetcher), tls, cityUrl };
}

async function redeem(
  cityUrl: string,
  body: HubEnrolmentRequest,
  fetcher: typeof fetch,
): Promise<HubEnrolmentResponse> {
  const send = fetchSend({ fetch: fetcher, baseUrl: cityUrl, timeoutMs: TIMEOUT_MS, init: { redirect: 'error' } });
  try {
    return await createClient(deviceContracts, send).enrolHub({ body });
  } catch (cause) {
    throw new HubEnrolmentError(REFUSALS[asApiError(cause).code] ?? 'city-unreachable', { cause });
  }
}

const REFUSALS: Readonly<Partial<Record<ApiErrorCode, HubEnrolmentRefusal>>> = {
  'too-many-attempts': 'too-many-attempts',
  'enrolment-code-invalid': 'code-refused',
};

function originOf(address: string): string {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    throw new HubEnrolmentError('wrong-details');
  const origin = serverOrigin(address);
  if (origin === null) throw new HubEnrolmentError('insecure-address');
  return origin;
}
