import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLE_MAX_BYTES, BundleRefusedError } from '@uketsuke/shared/bundle';

/** Below the data directory; what is in it belongs to uploads that are under way. */
const FOLDER = 'incoming';

/** An upload on disk, to be read as often as needed. */
export interface SpooledFile {
  read(): AsyncIterable<Uint8Array>;
  remove(): Promise<void>;
}

/** Clears away what uploads of an earlier start left. */
export function clearSpooledFiles(dataDirectory: string): Promise<void> {
  return rm(join(dataDirectory, FOLDER), { recursive: true, force: true });
}

/**
 * Writes an upload to a temporary file that only this user can read, never holding more than a piece in memory.
 * @throws BundleRefusedError `bundle-too-large`; the stream's or the disk's error
 */
export async function spoolToFile(upload: AsyncIterable<unknown>, dataDirectory: string): Promise<SpooledFile> {
  await mkdir(join(dataDirectory, FOLDER), { recursive: true, mode: 0o700 });
  const path = join(dataDirectory, FOLDER, randomUUID());
  const remove = () => rm(path, { force: true });
  try {
    await writeTo(path, upload);
  } catch (error) {
    await remove();
    throw error;
  }
  return { read: () => bytesOf(path), remove };
}

async function writeTo(path: string, upload: AsyncIterable<unknown>): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    let bytes = 0;
    for await (const piece of upload) {
      if (!(piece instanceof Uint8Array)) throw new TypeError('an upload is bytes');
      bytes += piece.length;
      if (bytes > BUNDLE_MAX_BYTES) throw new BundleRefusedError('bundle-too-large', 'the upload is too large');
      await file.writeFile(piece);
    }
  } finally {
    await file.close();
  }
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  for await (const piece of createReadStream(path)) if (piece instanceof Uint8Array) yield piece;
}
