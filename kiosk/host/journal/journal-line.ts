import { crc32 } from 'node:zlib';
import { type JournalEntry, journalEntrySchema } from '@uketsuke/shared/journal';
import { readJson } from '@uketsuke/shared/json';

/**
 * One line of the journal file: CRC-32 (8 hex digits) of the JSON's UTF-8 bytes, a space, the JSON, a line feed.
 * The checksum finds a torn or damaged line; the seal inside the entry is what stops a forger.
 */
export function formatJournalLine(entry: JournalEntry): string {
  const json = JSON.stringify(entry);
  return `${checksum(json)} ${json}\n`;
}

/** Reads a line (without its line feed) back; null when it is damaged. */
export function parseJournalLine(line: string): JournalEntry | null {
  if (line[8] !== ' ' || checksum(line.slice(9)) !== line.slice(0, 8)) return null;
  return readJson(line.slice(9), journalEntrySchema) ?? null;
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}
