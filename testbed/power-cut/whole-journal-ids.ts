import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJournalLine } from '../../kiosk/host/journal/journal-line.ts';

/** Ids of the whole lines of the journal in `directory`, in their order; it can be read while nothing runs. */
export function wholeJournalIds(directory: string): string[] {
  const path = join(directory, 'journal.ndjson');
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => parseJournalLine(line)?.id ?? []);
}
