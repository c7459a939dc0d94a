import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EnrolmentRequest, EnrolmentResponse } from '@uketsuke/shared/protocol';
import { z } from 'zod';
import { redeemEnrolmentCode } from './enrolment.ts';
import { diskError } from './files/disk-error.ts';
import { readFileIfThere, replaceFileDurably } from './files/durable-file.ts';
import { FileJournal } from './journal/file-journal.ts';
import { type HostInfo, type KioskHost, KioskHostError } from './kiosk-host.ts';
import { serverOrigin } from './server-address.ts';
import { FileVault, type OuterSeal } from './vault/file-vault.ts';

export interface KioskHostOptions {
  readonly dataDirectory: string;
  readonly kind: HostInfo['kind'];
  readonly version: string;
  readonly fetch?: typeof fetch;
  readonly now?: () => number;
  readonly outerSeal?: OuterSeal;
}

/** The host's functions over files, for the program that owns them. */
export interface KioskHostService extends KioskHost {
  readonly journal: FileJournal;
  readonly vault: FileVault;
  /** Waits for pending writes and closes the files. */
  close(): Promise<void>;
}

const kioskFileSchema = z.object({ serverUrl: z.url() });

/**
 * Opens the kiosk's files in `dataDirectory`, making them where they are missing. One process at a time may do so.
 * @throws KioskHostError disk-full, disk-failed
 */
export async function createKioskHost(options: KioskHostOptions): Promise<KioskHostService> {
  const directory = options.dataDirectory;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw diskError(cause);
  }
  const settings = join(directory, 'kiosk.json');
  const journal = await FileJournal.open(join(directory, 'journal'));
  const vault = new FileVault(directory, { now: options.now ?? Date.now, outerSeal: options.outerSeal });
  return {
    journal,
    vault,
    info: async () => ({ kind: options.kind, version: options.version, serverUrl: await readServerUrl(settings) }),
    enrol: (serverUrl, request) => enrol(vault, settings, serverUrl, request, options.fetch ?? fetch),
    close: () => journal.close(),
  };
}

async function enrol(
  vault: FileVault,
  settings: string,
  serverUrl: string,
  request: EnrolmentRequest,
  fetcher: typeof fetch,
): Promise<EnrolmentResponse> {
  if ((await vault.state()) === 'sealed') throw new KioskHostError('vault-exists');
  const origin = serverOrigin(serverUrl);
  if (origin === null) throw new KioskHostError('server-unreachable');
  const response = await redeemEnrolmentCode(origin, request, fetcher);
  try {
    await replaceFileDurably(settings, JSON.stringify({ serverUrl: origin }));
  } catch (cause) {
    throw diskError(cause);
  }
  return response;
}

async function readServerUrl(path: string): Promise<string | null> {
  const text = await readFileIfThere(path).catch((cause: unknown) => {
    throw diskError(cause);
  });
  if (text === null) return null;
  try {
    return kioskFileSchema.parse(JSON.parse(text)).serverUrl;
  } catch {
    return null;
  }
}
