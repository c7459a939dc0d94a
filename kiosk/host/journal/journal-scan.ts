import type { FileHandle } from 'node:fs/promises';
import type { EventId } from '@uketsuke/shared/identifiers';
import { parseJournalLine } from './journal-line.ts';

/** Where a line lies in the file: bytes, without the line feed. */
export interface LinePlace {
  readonly start: number;
  readonly length: number;
}

export interface JournalScan {
  readonly places: LinePlace[];
  readonly ids: Set<EventId>;
  /** Damaged lines, as text. */
  readonly damaged: string[];
  /** Length in bytes up to and with the last line feed; whatever follows is a torn line. */
  readonly wholeLength: number;
}

const CHUNK_BYTES = 1024 * 1024;
const LINE_FEED = 0x0a;

/** Reads the whole file once, line by line, and checks every line. */
export async function scanJournal(file: FileHandle): Promise<JournalScan> {
  const scan = { places: [] as LinePlace[], ids: new Set<EventId>(), damaged: [] as string[] };
  let carried: Buffer = Buffer.alloc(0);
  let lineStart = 0;
  for (let position = 0; ; ) {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    let rest = Buffer.concat([carried, chunk.subarray(0, bytesRead)]);
    for (let end = rest.indexOf(LINE_FEED); end >= 0; end = rest.indexOf(LINE_FEED)) {
      takeLine(scan, rest.subarray(0, end), lineStart);
      lineStart += end + 1;
      rest = rest.subarray(end + 1);
    }
    carried = rest;
  }
  if (carried.length > 0) scan.damaged.push(carried.toString('utf8'));
  return { ...scan, wholeLength: lineStart };
}

function takeLine(scan: Omit<JournalScan, 'wholeLength'>, bytes: Buffer, start: number): void {
  if (bytes.length === 0) return;
  const line = bytes.toString('utf8');
  const entry = parseJournalLine(line);
  if (entry === null) {
    scan.damaged.push(line);
    return;
  }
  if (scan.ids.has(entry.id)) return;
  scan.ids.add(entry.id);
  scan.places.push({ start, length: bytes.length });
}
