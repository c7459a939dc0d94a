import type { Manifest } from '../../sync-server/src/backup/backup-content.ts';
import { isEventLog } from '../../sync-server/src/backup/city-databases.ts';

/** What a backup holds, in a sentence. */
export function tellManifest({ createdAt, databases }: Manifest): string {
  const logs = Object.entries(databases).filter(([name]) => isEventLog(name));
  const events = logs.reduce((sum, [, count]) => sum + count, 0);
  const others = Object.values(databases).reduce((sum, count) => sum + count, 0) - events;
  return `${events} events of ${logs.length} shelters and ${others} other documents, as of ${createdAt}`;
}
