import { chmod, mkdir, readdir, stat } from 'node:fs/promises';

/** What a data directory of this program holds: by it one that an earlier version left open is known. */
const OURS: ReadonlySet<string> = new Set(['couch', 'hub.sealed', 'master.key', 'operator.json']);
/** `/tmp` has it: a place of many users. */
const STICKY = 0o1000;

/**
 * Makes a folder that only this user of the machine can look into. One that is there is closed to the others when it is
 * empty or holds this program's data; a folder of other things is left as it is. On Windows the folder's place decides
 * who may read it.
 * @throws the system's error when the folder cannot be made, or belongs to somebody else
 */
export async function makePrivateFolder(path: string): Promise<void> {
  if ((await mkdir(path, { recursive: true, mode: 0o700 })) !== undefined) return;
  const names = await readdir(path);
  const isOurs = names.length === 0 || names.some((name) => OURS.has(name));
  if (isOurs && ((await stat(path)).mode & STICKY) === 0) await chmod(path, 0o700);
}

/** What this program writes from now on is for its own user alone. */
export function keepFilesPrivate(): void {
  process.umask(0o077);
}
