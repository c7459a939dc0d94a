import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Replaces a file so that after a power cut either the old or the new content is there, whole. Mode 0600. */
export async function replaceFileDurably(path: string, content: string): Promise<void> {
  const next = `${path}.next`;
  const file = await open(next, 'w', 0o600);
  try {
    await file.writeFile(content, 'utf8');
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(next, path);
  await syncDirectory(dirname(path));
}

/**
 * Writes a small file over itself, filled up with spaces, where a full disk leaves no room for a second one: the place
 * that it has is enough. A power cut in the middle can leave a mixture of both.
 * @throws the system's error, ENOENT where there is no file
 */
export async function overwriteFileDurably(path: string, content: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    await file.write(Buffer.from(content.padEnd(size)), 0, undefined, 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes names in a directory durable. Windows cannot open a directory, and journals them itself. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** The file's text, or null where there is none. */
export async function readFileIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return null;
    throw cause;
  }
}

/** The system's error code (`ENOSPC`, `ENOENT`, …), if the error has one. */
export function errorCode(cause: unknown): string | undefined {
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return undefined;
  return typeof cause.code === 'string' ? cause.code : undefined;
}
