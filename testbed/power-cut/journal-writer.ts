import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { eventIdOf } from '@uketsuke/shared/identifiers';
import { journalEntrySchema } from '@uketsuke/shared/journal';
import { FileJournal } from '../../kiosk/host/journal/file-journal.ts';
import { formatJournalLine } from '../../kiosk/host/journal/journal-line.ts';

/**
 * A program of the test alone: appends to a journal until it is killed, and prints the id of each entry once it counts
 * as written. Arguments: `fsynced` (the kiosk's journal) or `plain` (the same lines without fsync), the directory.
 */
const [manner, directory = ''] = process.argv.slice(2);
const journal = await FileJournal.open(directory);
const path = join(directory, 'journal.ndjson');
/** Without fsync the disk would be full before the power goes. */
const BETWEEN_MS = 2;
const payload = 'A'.repeat(700);

for (let number = 0; ; number += 1) {
  const id = eventIdOf(`${number.toString(16).padStart(12, '0')}-0000-desk1`);
  const entry = journalEntrySchema.parse({ v: 1, id, kiosk: payload, hq: payload });
  if (manner === 'fsynced') await journal.append(entry);
  else await appendFile(path, formatJournalLine(entry));
  process.stdout.write(`${id}\n`);
  await wait(BETWEEN_MS);
}
