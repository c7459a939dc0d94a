/** `npm run restore -- --data DIR --in FILE [--replace]`: puts a backup into an empty server that does not run. */
import { CodedError } from '@uketsuke/shared/coded-error';
import { restoreBackup } from '../sync-server/src/backup/restore-backup.ts';
import { openCouch } from '../sync-server/src/couch/couch.ts';
import { findMasterKey } from '../sync-server/src/identity/master-key.ts';
import { runningServer } from '../sync-server/src/operator-commands/operator-client.ts';
import { readCommandLine, runCommand, typedPath, UsageError } from './operator/command.ts';
import { tellManifest } from './operator/manifest-words.ts';

const USAGE = 'npm run restore -- --data DIR --in FILE [--replace]';

/** Stops the command before anything is touched. */
class CannotRestoreError extends CodedError<'cannot-restore'> {
  override readonly name = 'CannotRestoreError';
  constructor(message: string) {
    super('cannot-restore', message);
  }
}

await runCommand(restore, {
  ENOENT: 'The backup file does not exist. Check --in.',
  'not-a-backup': 'This file is not a backup of Uketsuke. Nothing was changed.',
  'backup-damaged': 'The backup is damaged or cut short. Nothing was changed. Use another backup.',
  'backup-foreign':
    'The backup was sealed under another master key. Nothing was changed. Put the master.key of the server that made the backup into the data directory (or set UKETSUKE_MASTER_KEY), then run this again.',
  'backup-too-new':
    'The backup was made by a newer version. Nothing was changed. Update this program, then run this again.',
  'server-not-empty':
    'There is data of a city already. Nothing was changed. To delete it and put the backup in its place, run this again with --replace.',
});

async function restore(): Promise<void> {
  const { place, values } = readCommandLine(USAGE, { in: { type: 'string' }, replace: { type: 'boolean' } }, 0);
  if (typeof values['in'] !== 'string' || values['in'] === '') throw new UsageError(USAGE);
  const path = typedPath(values['in']);
  if ((await runningServer(place.dataDirectory)) !== undefined) {
    throw new CannotRestoreError('The server runs. Stop it first (all server processes), then run this again.');
  }
  const masterKey = await findMasterKey(place.masterKey, place.dataDirectory);
  if (masterKey === undefined) {
    throw new CannotRestoreError(
      'The master key is missing. Put the master.key of the server that made the backup into the data directory (or set UKETSUKE_MASTER_KEY), then run this again.',
    );
  }
  const couch = await openCouch(place);
  try {
    const manifest = await restoreBackup({ couch, masterKey, path, replace: values['replace'] === true });
    console.log(`Restored: ${tellManifest(manifest)}.`);
    console.log('Start the server now. Kiosks and hubs notice it and offer again what came after the backup.');
    console.log('What headquarters changed after the backup is not in it: revoke again lost laptops and cards.');
  } finally {
    await couch.close();
  }
}
