/** `npm run reset-password -- USER --data DIR`: a new one-time password for a member of staff who lost theirs. */
import { withOperator } from '../sync-server/src/operator-commands/operator-client.ts';
import { readCommandLine, runCommand, UsageError } from './operator/command.ts';

const USAGE = 'npm run reset-password -- USER --data DIR';

await runCommand(resetPassword, { 'not-found': 'There is no member of staff of this name. The first one is admin.' });

async function resetPassword(): Promise<void> {
  const { place, positionals } = readCommandLine(USAGE, {}, 1);
  const [user] = positionals;
  if (user === undefined) throw new UsageError(USAGE);
  const { username, oneTimePassword } = await withOperator(place, (client) =>
    client.resetPassword({ params: { username: user } }),
  );
  console.log(`One-time password of ${username} (shown once, to be changed at the next sign-in): ${oneTimePassword}`);
  console.log('All sessions of this user have ended.');
}
