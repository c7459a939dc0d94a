import { execFileSync } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventIdSchema } from '@uketsuke/shared/identifiers';
import type { JournalEntry } from '@uketsuke/shared/journal';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileJournal } from './file-journal.ts';
import { formatJournalLine, parseJournalLine } from './journal-line.ts';

let directory: string;
const open: FileJournal[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'uketsuke-journal-'));
});
afterEach(async () => {
  for (const journal of open.splice(0)) await journal.close();
  await rm(directory, { recursive: true, force: true });
});

async function openJournal(in_ = directory): Promise<FileJournal> {
  const journal = await FileJournal.open(in_);
  open.push(journal);
  return journal;
}

function entry(number: number, size = 40): JournalEntry {
  const id = eventIdSchema.parse(`ev:${number.toString(16).padStart(12, '0')}-0000-desk1`);
  return { v: 1, id, kiosk: 'k'.repeat(size), hq: 'h'.repeat(size) };
}

async function readAll(journal: FileJournal, limit = 3): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for (let from: number | null = 0; from !== null; ) {
    const page = await journal.read(from, limit);
    entries.push(...page.entries);
    from = page.next;
  }
  return entries;
}

const file = () => join(directory, 'journal.ndjson');

describe('the journal', () => {
  it('gives back what was appended, in order, page by page, also after opening it again (DUR-1)', async () => {
    const journal = await openJournal();
    const entries = Array.from({ length: 10 }, (_, number) => entry(number));
    await Promise.all(entries.map((one) => journal.append(one)));
    expect(await readAll(journal)).toEqual(entries);
    await journal.append(entry(10));
    await journal.close();
    open.length = 0;
    expect(await readAll(await openJournal())).toEqual([...entries, entry(10)]);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it('has an entry on the disk when append resolves, and once however often it is appended', async () => {
    const journal = await openJournal();
    await journal.append(entry(1));
    expect(await readFile(file(), 'utf8')).toBe(formatJournalLine(entry(1)));
    await Promise.all([journal.append(entry(1)), journal.append(entry(1))]);
    expect(await readFile(file(), 'utf8')).toBe(formatJournalLine(entry(1)));
  });

  it('answers an empty page for an empty journal', async () => {
    expect(await (await openJournal()).read(0, 10)).toEqual({ entries: [], next: null, damagedLines: 0 });
  });

  it('cuts a page that would be too large to hand over', async () => {
    const journal = await openJournal();
    for (let number = 0; number < 4; number += 1) await journal.append(entry(number, 400_000));
    expect((await journal.read(0, 100)).entries.length).toBe(2);
    expect(await readAll(journal, 100)).toHaveLength(4);
  });

  it('sets a torn last line aside wherever the power went, and goes on (DUR-2)', async () => {
    const line = formatJournalLine(entry(2));
    for (const length of [1, 8, 9, 20, line.length - 1]) {
      await writeFile(file(), formatJournalLine(entry(1)) + line.slice(0, length));
      const journal = await openJournal();
      expect((await journal.read(0, 10)).damagedLines).toBe(1);
      await journal.append(entry(3));
      expect(await readAll(journal)).toEqual([entry(1), entry(3)]);
      expect(await readFile(join(directory, 'journal.damaged'), 'utf8')).toContain(line.slice(0, length));
    }
  });

  it('counts and keeps a line damaged in the middle, and reads all others (DUR-2)', async () => {
    const lines = [1, 2, 3].map((number) => formatJournalLine(entry(number)));
    const damaged = (lines[1] ?? '').replace('kkkk', 'kxkk');
    await writeFile(file(), [lines[0], damaged, lines[2]].join(''));
    for (const time of ['first', 'second']) {
      const journal = await openJournal();
      expect(await readAll(journal), time).toEqual([entry(1), entry(3)]);
      expect((await journal.read(0, 10)).damagedLines).toBe(1);
    }
    expect(await readFile(join(directory, 'journal.damaged'), 'utf8')).toBe(damaged);
  });

  it('finds any change of a line', () => {
    const line = formatJournalLine(entry(7)).trimEnd();
    expect(parseJournalLine(line)).toEqual(entry(7));
    fc.assert(
      fc.property(fc.nat(line.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
        fc.pre(line[at] !== character);
        expect(parseJournalLine(line.slice(0, at) + character + line.slice(at + 1))).toBeNull();
      }),
    );
  });

  it('survives any cut of the file with every whole line', async () => {
    const lines = Array.from({ length: 6 }, (_, number) => formatJournalLine(entry(number)));
    const text = lines.join('');
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length), async (length) => {
        await writeFile(file(), text);
        await truncate(file(), length);
        const journal = await FileJournal.open(directory);
        const whole = Math.floor(length / (lines[0]?.length ?? 1));
        expect(await readAll(journal)).toHaveLength(whole);
        await journal.close();
      }),
      { numRuns: 30 },
    );
  });
});

describe('a full disk', () => {
  it('rejects with disk-full, keeps what was acknowledged, and goes on when there is room (DUR-3)', async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', directory]);
    try {
      const journal = await FileJournal.open(directory);
      const acknowledged: JournalEntry[] = [];
      let refused: unknown;
      for (let number = 0; refused === undefined; number += 1) {
        const one = entry(number, 2_000);
        await journal.append(one).then(
          () => acknowledged.push(one),
          (error: unknown) => {
            refused = error;
          },
        );
      }
      expect(refused).toMatchObject({ code: 'disk-full' });
      expect(acknowledged.length).toBeGreaterThan(3);
      expect(await readAll(journal)).toEqual(acknowledged);
      expect((await readFile(file(), 'utf8')).endsWith('\n')).toBe(true);
      execFileSync('mount', ['-o', 'remount,size=256k', directory]);
      await journal.append(entry(9_000, 2_000));
      await journal.close();
      const again = await FileJournal.open(directory);
      expect(await readAll(again)).toEqual([...acknowledged, entry(9_000, 2_000)]);
      expect((await again.read(0, 1)).damagedLines).toBe(0);
      await again.close();
    } finally {
      execFileSync('umount', [directory]);
    }
  });

  it('rejects with disk-failed when the file is gone from under it', async () => {
    const journal = await FileJournal.open(directory);
    await journal.close();
    await expect(journal.append(entry(1))).rejects.toMatchObject({ code: 'disk-failed' });
    await appendFile(file(), '');
  });
});
