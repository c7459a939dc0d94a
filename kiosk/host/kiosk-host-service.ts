import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EnrolmentRequest, EnrolmentResponse } from '@uketsuke/shared/contracts';
import { serverOrigin } from '@uketsuke/shared/contracts';
import { absentCardReader } from './card-reader/absent-card-reader.ts';
import type { CardReader } from './card-reader/card-reader.ts';
import { openCardReader } from './card-reader/open-card-reader.ts';
import type { SmartCardService } from './card-reader/smart-card-service.ts';
import { redeemEnrolmentCode } from './enrolment.ts';
import { claimDirectory, type DirectoryClaim } from './files/directory-claim.ts';
import { diskError } from './files/disk-error.ts';
import { answerHubRequest, type HubRequest } from './hub/hub-forwarding.ts';
import { lookUpHub } from './hub/look-up-hub.ts';
import { FileJournal } from './journal/file-journal.ts';
import { KioskFile } from './kiosk-file.ts';
import type { HostInfo, KioskHost } from './kiosk-host.ts';
import { KioskHostError } from './kiosk-host-error.ts';
import { FileVault, type OuterSeal } from './vault/file-vault.ts';

export interface KioskHostOptions {
  readonly dataDirectory: string;
  readonly kind: HostInfo['kind'];
  readonly version: string;
  readonly fetch?: typeof fetch;
  readonly now?: () => number;
  readonly outerSeal?: OuterSeal;
  /** The machine's smart cards; without them the host has no card reader. */
  readonly smartCards?: SmartCardService;
}

/** The host's functions over files, for the program that owns them. */
export interface KioskHostService extends KioskHost {
  readonly journal: FileJournal;
  readonly vault: FileVault;
  readonly cardReader: CardReader;
  /** Answers what the page asks of the hub in use (hub/hub-forwarding.ts). Never rejects. */
  answerHubRequest(request: HubRequest): Promise<Response>;
  /** Waits for pending writes and closes the files. */
  close(): Promise<void>;
}

/**
 * Opens the kiosk's files in `dataDirectory`, making them where they are missing. One process at a time may do so.
 * @throws KioskHostError disk-full, disk-failed
 * @throws DirectoryInUseError
 */
export async function createKioskHost(options: KioskHostOptions): Promise<KioskHostService> {
  const directory = options.dataDirectory;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw diskError(cause);
  }
  const claim = await claimDirectory(directory);
  try {
    return await openFiles(options, claim);
  } catch (error) {
    await claim.release();
    throw error;
  }
}

async function openFiles(options: KioskHostOptions, claim: DirectoryClaim): Promise<KioskHostService> {
  const directory = options.dataDirectory;
  const file = new KioskFile(join(directory, 'kiosk.json'));
  const journal = await FileJournal.open(join(directory, 'journal'));
  const vault = new FileVault(directory, { now: options.now ?? Date.now, outerSeal: options.outerSeal });
  const { smartCards, now = Date.now } = options;
  const cardReader =
    smartCards === undefined ? absentCardReader() : await openCardReader({ dataDirectory: directory, smartCards, now });
  return {
    journal,
    vault,
    cardReader,
    info: () => info(options, file),
    enrol: (serverUrl, request) => enrol(vault, file, serverUrl, request, options.fetch ?? fetch),
    hub: {
      lookUp: (address) => lookUpHub(address),
      use: (hub) => file.setHub(hub),
      forget: () => file.setHub(null),
    },
    answerHubRequest: async (request) => answerHubRequest(request, await file.hub().catch(() => null)),
    close: async () => {
      await cardReader.close();
      await journal.close();
      await claim.release();
    },
  };
}

async function info({ kind, version }: KioskHostOptions, file: KioskFile): Promise<HostInfo> {
  const [serverUrl, hub] = await Promise.all([file.serverUrl(), file.hub()]);
  return { kind, version, serverUrl, hub };
}

async function enrol(
  vault: FileVault,
  file: KioskFile,
  serverUrl: string,
  request: EnrolmentRequest,
  fetcher: typeof fetch,
): Promise<EnrolmentResponse> {
  if ((await vault.state()) === 'sealed') throw new KioskHostError('vault-exists');
  const origin = serverOrigin(serverUrl);
  if (origin === null) throw new KioskHostError('server-unreachable');
  const response = await redeemEnrolmentCode(origin, request, fetcher);
  await file.enrolledAt(origin);
  return response;
}
