/** `npm run import-bundle -- FILE --data DIR`: takes in the events of a USB stick, through the running server or not. */
import { withOperator } from '../sync-server/src/operator-commands/operator-client.ts';
import { readCommandLine, runCommand, typedPath, UsageError } from './operator/command.ts';

const USAGE = 'npm run import-bundle -- FILE --data DIR';

await runCommand(importBundle, {
  ENOENT: 'The file does not exist. Check its name.',
  'not-a-bundle': 'This file is not a bundle. Nothing was imported. Choose the file ending in .ukebundle.',
  'bundle-damaged':
    'The bundle is damaged or cut short. Nothing was imported. Export to USB again at the reception laptop.',
  'bundle-foreign':
    'The bundle is of a shelter or device that is not registered here. Nothing was imported. Check which laptop exported it.',
  'bundle-too-new':
    'The bundle was exported by a newer version. Nothing was imported. Update the server, then import it again.',
  'bundle-too-large': 'The bundle is larger than 256 MB. Nothing was imported. Export only what has not arrived yet.',
  'database-unavailable':
    'The database went away in the middle. Import the bundle again: what was taken in already does no harm.',
});

async function importBundle(): Promise<void> {
  const { place, positionals } = readCommandLine(USAGE, {}, 1);
  const [path] = positionals;
  if (path === undefined) throw new UsageError(USAGE);
  const result = await withOperator(place, (client) => client.importBundle({ upload: typedPath(path) }));
  const { events, stored, alreadyHad, quarantined } = result;
  console.log(
    `Imported ${events} events of shelter ${result.shelterId}: ${stored} new, ${alreadyHad} already there, ${quarantined} kept aside.`,
  );
  if (quarantined > 0) console.log('See what was kept aside, and why, on the console under 管理 → 保留中の記録.');
}
