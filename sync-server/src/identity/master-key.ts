import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '@uketsuke/shared/coded-error';
import type { RandomBytes } from '@uketsuke/shared/identifiers';
import { base64urlOf, fromBase64url, toBase64url } from '@uketsuke/shared/sealing';
import * as z from 'zod';

const MASTER_KEY_BYTES = 32;
const FILE_NAME = 'master.key';
const masterKeySchema = base64urlOf(MASTER_KEY_BYTES);
const fileErrorSchema = z.object({ code: z.string() });

/** The master key is missing, malformed, or not the one the city's keys were sealed with. */
export class MasterKeyError extends CodedError<'master-key'> {
  override readonly name = 'MasterKeyError';
  constructor(message: string, options?: ErrorOptions) {
    super('master-key', message, options);
  }
}

/**
 * The key that seals the city's keys in the database: `given` (32 bytes, base64url), or the file `master.key` of
 * the data directory, made on first use and readable by its owner only.
 * @throws MasterKeyError
 */
export async function loadMasterKey(
  given: string | undefined,
  dataDirectory: string,
  random: RandomBytes,
): Promise<Uint8Array<ArrayBuffer>> {
  if (given !== undefined && given !== '') return readMasterKey(given, 'UKETSUKE_MASTER_KEY');
  const path = join(dataDirectory, FILE_NAME);
  await mkdir(dataDirectory, { recursive: true });
  try {
    await writeFile(path, `${toBase64url(random(MASTER_KEY_BYTES))}\n`, { flag: 'wx', mode: 0o600, flush: true });
  } catch (error) {
    if (fileErrorSchema.safeParse(error).data?.code !== 'EEXIST') throw error;
  }
  return readMasterKey((await readFile(path, 'utf8')).trim(), path);
}

/**
 * The key as above, but never made: undefined when there is none.
 * @throws MasterKeyError when what there is is malformed
 */
export async function findMasterKey(
  given: string | undefined,
  dataDirectory: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (given !== undefined && given !== '') return readMasterKey(given, 'UKETSUKE_MASTER_KEY');
  const path = join(dataDirectory, FILE_NAME);
  try {
    return readMasterKey((await readFile(path, 'utf8')).trim(), path);
  } catch (error) {
    if (fileErrorSchema.safeParse(error).data?.code === 'ENOENT') return undefined;
    throw error;
  }
}

function readMasterKey(text: string, where: string): Uint8Array<ArrayBuffer> {
  if (!masterKeySchema.safeParse(text).success) {
    throw new MasterKeyError(`${where} must hold ${MASTER_KEY_BYTES} bytes in base64url`);
  }
  return fromBase64url(text);
}
