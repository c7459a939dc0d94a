/** `npm run backup -- --data DIR --out FILE`: a backup of everything but the master key, while the server runs or not. */
import { open, rename, rm, stat } from 'node:fs/promises';
import { verifyBackup } from '../sync-server/src/backup/read-backup.ts';
import { findMasterKey } from '../sync-server/src/identity/master-key.ts';
import { backupOf, withOperator } from '../sync-server/src/operator-commands/operator-client.ts';
import { readCommandLine, runCommand, typedPath, UsageError } from './operator/command.ts';
import { tellManifest } from './operator/manifest-words.ts';

const USAGE = 'npm run backup -- --data DIR --out FILE';

await runCommand(backUp, {
  EEXIST: 'The file exists already. Choose another name for --out.',
  ENOENT: 'The folder of --out does not exist.',
  'not-found': 'This is a hub: it needs no backup. Kiosks and the city fill a blank one put in its place.',
});

async function backUp(): Promise<void> {
  const { place, values } = readCommandLine(USAGE, { out: { type: 'string' } }, 0);
  if (typeof values['out'] !== 'string' || values['out'] === '') throw new UsageError(USAGE);
  const out = typedPath(values['out']);
  // Nothing is written over: an earlier backup may be the last good one.
  await (await open(out, 'wx', 0o600)).close();
  const partial = `${out}.partial`;
  try {
    await withOperator(place, async (client) => writeAll(partial, backupOf(client)));
    await rename(partial, out);
  } catch (error) {
    await rm(partial, { force: true });
    await rm(out, { force: true });
    throw error;
  }
  const { size } = await stat(out);
  console.log(`Backup written to ${out} (${(size / 1_000_000).toFixed(1)} MB).`);
  const masterKey = await findMasterKey(place.masterKey, place.dataDirectory);
  if (masterKey === undefined) console.log('Not verified: the master key is not at hand here.');
  else console.log(`Verified: ${tellManifest(await verifyBackup(out, masterKey))}.`);
  console.log('The master key is NOT in the backup, and without it nobody can open the backup.');
  console.log('Keep master.key (or UKETSUKE_MASTER_KEY) in another place than the backup.');
}

async function writeAll(path: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    for await (const piece of pieces) await file.writeFile(piece);
    await file.sync();
  } finally {
    await file.close();
  }
}
