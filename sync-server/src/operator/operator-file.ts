import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson } from '@uketsuke/shared/json';
import * as z from 'zod';

const FILE_NAME = 'operator.json';
const fileErrorSchema = z.object({ code: z.string() });

/** Where the running server's operator channel is, and what opens it. */
const operatorAccessSchema = z.object({
  /** Origin, http on loopback */
  url: z.url(),
  /** Random, of this start only. */
  token: z.string().min(32),
});
export type OperatorAccess = z.infer<typeof operatorAccessSchema>;

/** A new random token, 32 bytes in base64url. */
export function newOperatorToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Writes `operator.json` to the data directory, readable by this user only. */
export async function writeOperatorFile(dataDirectory: string, access: OperatorAccess): Promise<void> {
  await mkdir(dataDirectory, { recursive: true });
  const path = join(dataDirectory, FILE_NAME);
  // Servers may share a data directory: each writes a file of its own, and the last one's stays.
  const fresh = `${path}.${randomBytes(8).toString('hex')}`;
  await writeFile(fresh, `${JSON.stringify(access)}\n`, { flag: 'wx', mode: 0o600 });
  await rename(fresh, path);
}

/**
 * Reads `operator.json`; undefined when there is none, or none that can be read.
 * @throws the system's error when this user may not read it
 */
export async function readOperatorFile(dataDirectory: string): Promise<OperatorAccess | undefined> {
  let text: string;
  try {
    text = await readFile(join(dataDirectory, FILE_NAME), 'utf8');
  } catch (error) {
    if (fileErrorSchema.safeParse(error).data?.code === 'ENOENT') return undefined;
    throw error;
  }
  return readJson(text, operatorAccessSchema);
}

/** Takes the file away, unless a later start has written its own. */
export async function removeOperatorFile(dataDirectory: string, access: OperatorAccess): Promise<void> {
  const present = await readOperatorFile(dataDirectory);
  if (present?.token === access.token) await rm(join(dataDirectory, FILE_NAME), { force: true });
}
