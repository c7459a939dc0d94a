import { constants } from 'node:fs';
import { appendFile, type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EventId } from '@uketsuke/shared/identifiers';
import { type JournalEntry, journalEntrySchema } from '@uketsuke/shared/journal';
import { diskError } from '../files/disk-error.ts';
import { readFileIfThere, syncDirectory } from '../files/durable-file.ts';
import type { JournalPage, KioskJournal } from '../kiosk-host.ts';
import { KioskHostError } from '../kiosk-host-error.ts';
import { formatJournalLine, parseJournalLine } from './journal-line.ts';
import { type LinePlace, scanJournal } from './journal-scan.ts';

const FILE_NAME = 'journal.ndjson';
const DAMAGED_NAME = 'journal.damaged';
/** A page is cut at this size, however many entries were asked for: it crosses to the page as one message. */
const PAGE_MAX_BYTES = 2 * 1024 * 1024;
const PAGE_MAX_ENTRIES = 2_000;

interface Waiting {
  readonly entry: JournalEntry;
  readonly resolve: () => void;
  readonly reject: (error: KioskHostError) => void;
}

/**
 * The journal as a file. Appends are written one group at a time, and one fsync serves all that waited for it.
 * Nothing counts as written before its fsync returned (DUR-1). Every group is written at the end of the last good
 * one, so what a failed write left behind is overwritten or, after a crash, found by its checksum.
 */
export class FileJournal implements KioskJournal {
  readonly #file: FileHandle;
  readonly #places: LinePlace[];
  readonly #ids: Set<EventId>;
  readonly #damagedLines: number;
  #goodLength: number;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | null = null;

  private constructor(file: FileHandle, places: LinePlace[], ids: Set<EventId>, damaged: number, goodLength: number) {
    this.#file = file;
    this.#places = places;
    this.#ids = ids;
    this.#damagedLines = damaged;
    this.#goodLength = goodLength;
  }

  /**
   * Opens or creates the journal in `directory`. Damaged lines are copied to a file beside it and counted; a torn
   * last line is then cut off (it was never acknowledged, DUR-2).
   * @throws KioskHostError disk-full, disk-failed
   */
  static async open(directory: string): Promise<FileJournal> {
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await syncDirectory(dirname(directory));
      const file = await open(join(directory, FILE_NAME), constants.O_RDWR | constants.O_CREAT, 0o600);
      await file.sync();
      await syncDirectory(directory);
      const scan = await scanJournal(file);
      await setAside(directory, scan.damaged);
      const { size } = await file.stat();
      if (size > scan.wholeLength) {
        await file.truncate(scan.wholeLength);
        await file.sync();
      }
      return new FileJournal(file, scan.places, scan.ids, scan.damaged.length, scan.wholeLength);
    } catch (cause) {
      throw diskError(cause);
    }
  }

  /** Appends an entry; an entry whose id is in the journal already changes nothing. Resolves after the fsync. */
  append(entry: JournalEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry: journalEntrySchema.parse(entry), resolve, reject });
      this.#writing ??= this.#writeGroups();
    });
  }

  async read(from: number, limit: number): Promise<JournalPage> {
    const wanted = this.#places.slice(from, from + Math.min(limit, PAGE_MAX_ENTRIES));
    const entries: JournalEntry[] = [];
    let bytes = 0;
    let taken = 0;
    try {
      for (const place of wanted) {
        if (taken > 0 && bytes + place.length > PAGE_MAX_BYTES) break;
        const buffer = Buffer.alloc(place.length);
        await this.#file.read(buffer, 0, place.length, place.start);
        const entry = parseJournalLine(buffer.toString('utf8'));
        if (entry === null) throw new KioskHostError('disk-failed');
        entries.push(entry);
        bytes += place.length;
        taken += 1;
      }
    } catch (cause) {
      throw cause instanceof KioskHostError ? cause : diskError(cause);
    }
    const next = from + taken;
    return { entries, next: next < this.#places.length ? next : null, damagedLines: this.#damagedLines };
  }

  /** Waits for what is being written, then closes the file. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #writeGroups(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        await this.#writeGroup(group.map((waiting) => waiting.entry));
        for (const waiting of group) waiting.resolve();
      } catch (cause) {
        await this.#cutBack();
        const error = diskError(cause);
        for (const waiting of group) waiting.reject(error);
      }
    }
    this.#writing = null;
  }

  async #writeGroup(entries: readonly JournalEntry[]): Promise<void> {
    const fresh = new Map<EventId, JournalEntry>();
    for (const entry of entries) if (!this.#ids.has(entry.id)) fresh.set(entry.id, entry);
    if (fresh.size === 0) return;
    const lines = [...fresh.values()].map((entry) => Buffer.from(formatJournalLine(entry), 'utf8'));
    const bytes = Buffer.concat(lines);
    for (let written = 0; written < bytes.length; ) {
      const part = await this.#file.write(bytes, written, bytes.length - written, this.#goodLength + written);
      written += part.bytesWritten;
    }
    await this.#file.sync();
    for (const line of lines) {
      this.#places.push({ start: this.#goodLength, length: line.length - 1 });
      this.#goodLength += line.length;
    }
    for (const id of fresh.keys()) this.#ids.add(id);
  }

  /** Removes what a failed write left. When even that fails the next write starts at the same place. */
  async #cutBack(): Promise<void> {
    try {
      await this.#file.truncate(this.#goodLength);
      await this.#file.sync();
    } catch {
      return;
    }
  }
}

/** Keeps damaged lines in a file of their own, each once. */
async function setAside(directory: string, damaged: readonly string[]): Promise<void> {
  if (damaged.length === 0) return;
  const path = join(directory, DAMAGED_NAME);
  const known = new Set((await readFileIfThere(path))?.split('\n'));
  const fresh = damaged.filter((line) => !known.has(line));
  if (fresh.length === 0) return;
  await appendFile(path, `${fresh.join('\n')}\n`, { encoding: 'utf8', mode: 0o600, flush: true });
  await syncDirectory(directory);
}
