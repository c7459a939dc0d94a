import { access, mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '@uketsuke/shared/coded-error';
import { hubEnrolmentResponseSchema } from '@uketsuke/shared/contracts';
import type { RandomBytes } from '@uketsuke/shared/identifiers';
import {
  fromBase64url,
  importDataKey,
  sealAtRest,
  toBase64url,
  UnsealError,
  unsealAtRest,
} from '@uketsuke/shared/sealing';
import * as z from 'zod';

const FILE_NAME = 'hub.sealed';
const CONTEXT = 'uketsuke hub 1';
const fileErrorSchema = z.object({ code: z.string() });

/** All that a hub keeps besides its database, sealed with AES-256-GCM under the data directory's master key. */
const hubFileSchema = z.strictObject({
  version: z.literal(1),
  enrolment: hubEnrolmentResponseSchema,
  tls: z.strictObject({ privateKey: z.string(), certificate: z.string() }),
  cityUrl: z.string(),
  host: z.string(),
  port: z.int().min(0).max(65_535),
});
export type HubFile = z.infer<typeof hubFileSchema>;

/** The hub's file cannot be read: damaged, of a newer program, or sealed under another master key. */
export class HubFileError extends CodedError<'hub-file'> {
  override readonly name = 'HubFileError';
  constructor(path: string, options?: ErrorOptions) {
    super(
      'hub-file',
      `${path} cannot be read: it is damaged, or the master key beside it is not the one it was sealed with`,
      options,
    );
  }
}

/** Whether the data directory is a hub's. */
export async function holdsHub(dataDirectory: string): Promise<boolean> {
  return access(join(dataDirectory, FILE_NAME)).then(
    () => true,
    () => false,
  );
}

/**
 * The hub's file in the data directory; undefined before the first start.
 * @throws HubFileError
 */
export async function readHubFile(
  dataDirectory: string,
  masterKey: Uint8Array<ArrayBuffer>,
): Promise<HubFile | undefined> {
  const path = join(dataDirectory, FILE_NAME);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (fileErrorSchema.safeParse(error).data?.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const plain = await unsealAtRest(await importDataKey(masterKey), CONTEXT, fromBase64url(text.trim()));
    return hubFileSchema.parse(JSON.parse(new TextDecoder().decode(plain)));
  } catch (cause) {
    if (cause instanceof UnsealError || cause instanceof z.ZodError || cause instanceof DOMException) {
      throw new HubFileError(path, { cause });
    }
    throw cause;
  }
}

/** Replaces the hub's file, so that after a power cut the old or the new one is there, whole. Mode 0600. */
export async function writeHubFile(
  dataDirectory: string,
  masterKey: Uint8Array<ArrayBuffer>,
  contents: HubFile,
  random: RandomBytes,
): Promise<void> {
  const plain = new TextEncoder().encode(JSON.stringify(contents));
  const sealed = toBase64url(await sealAtRest(await importDataKey(masterKey), CONTEXT, plain, random));
  await mkdir(dataDirectory, { recursive: true });
  const path = join(dataDirectory, FILE_NAME);
  const file = await open(`${path}.next`, 'w', 0o600);
  try {
    await file.writeFile(`${sealed}\n`, 'utf8');
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.next`, path);
}
