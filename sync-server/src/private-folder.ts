import { chmod, mkdir } from 'node:fs/promises';

/**
 * Makes a folder that only this user of the machine can look into; one that is there, from an earlier version maybe, is
 * closed to the others. On Windows the folder's place decides who may read it.
 * @throws the system's error when the folder cannot be made, or belongs to somebody else
 */
export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await chmod(path, 0o700);
}

/** What this program writes from now on is for its own user alone. */
export function keepFilesPrivate(): void {
  process.umask(0o077);
}
