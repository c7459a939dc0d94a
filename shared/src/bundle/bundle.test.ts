import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shelterIdSchema } from '../identifiers/identifiers.ts';
import { newSealingKeyPair, type SealingKeyPair } from '../sealing/hpke.ts';
import { BundleRefusedError } from './bundle-errors.ts';
import { BUNDLE_MAX_BYTES, bundleFileName } from './bundle-format.ts';
import { linesOf as readLines } from './bundle-lines.ts';
import { type BundleSource, openBundle } from './open-bundle.ts';
import { BUNDLED_AT, bytesOf, sampleAdmissions, sampleRecorder, sourceOf } from './sample-bundle.ts';
import { writeBundle } from './write-bundle.ts';

const recorder = sampleRecorder();
const bundleKey = await newSealingKeyPair();

function bundleOf(count: number, key: SealingKeyPair = bundleKey, now = BUNDLED_AT): Promise<Uint8Array> {
  const events = sampleAdmissions(count);
  const parts = { device: recorder, bundlePublicKey: key.publicKey, content: 'unacknowledged', now } as const;
  return bytesOf(writeBundle({ ...parts, events }));
}

const open = (source: BundleSource) => openBundle(source, async () => ({ eventKey: recorder.eventKey, bundleKey }));

async function eventsOf(source: BundleSource): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const batch of (await open(source)).batches()) events.push(...batch);
  return events;
}

async function refusalOf(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof BundleRefusedError ? error.code : `not refused: ${String(error)}`;
}

const REFUSALS = ['bundle-damaged', 'not-a-bundle', 'bundle-too-new', 'bundle-foreign'];

/** Any altered file: refused, whatever the words. */
async function expectRefused(bytes: Uint8Array): Promise<void> {
  expect(REFUSALS).toContain(await refusalOf(open(sourceOf(bytes))));
}

function linesOf(bytes: Uint8Array): string[] {
  return new TextDecoder().decode(bytes).split(/(?<=\n)/);
}

const encode = (lines: readonly string[]) => new TextEncoder().encode(lines.join(''));

describe('a bundle', () => {
  it('gives back the events it was written with, however the file is cut into pieces (SYN-10)', async () => {
    const events = sampleAdmissions(1_234);
    const parts = { device: recorder, bundlePublicKey: bundleKey.publicKey, content: 'all', now: BUNDLED_AT } as const;
    const bytes = await bytesOf(writeBundle({ ...parts, events }));
    const bundle = await open(sourceOf(bytes));
    expect(bundle.events).toBe(1_234);
    expect(bundle.header).toMatchObject({ shelterId: 'school-1', deviceId: 'desk1', content: 'all' });
    for (const size of [1_000, 65_536, bytes.length]) expect(await eventsOf(sourceOf(bytes, size))).toEqual(events);
    expect(linesOf(bytes).length).toBe(1 + 3 + 1 + 1);
  });

  it('may hold no events, and says so', async () => {
    const bundle = await open(sourceOf(await bundleOf(0)));
    expect(bundle.events).toBe(0);
    expect(await eventsOf(sourceOf(await bundleOf(0), 1))).toEqual([]);
  });

  it('shows nothing personal (SEC-2)', async () => {
    const text = new TextDecoder().decode(await bundleOf(40));
    const [header, ...rest] = text.split('\n');
    expect(header).not.toMatch(/[^\x20-\x7e]/);
    for (const line of rest)
      expect(line).toMatch(/^([A-Za-z0-9_-]*|\{"chunks":1,"events":40\}|\{"mac":"[\w-]{43}"\})$/);
  });

  it('has a file name that tells shelter, device and time, and needs no quoting', () => {
    const header = {
      shelterId: recorder.shelterId,
      deviceId: recorder.deviceId,
      createdAt: '2026-11-22T03:05:59.123Z',
    };
    expect(bundleFileName(header)).toBe('uketsuke-school-1-desk1-20261122-0305.ukebundle');
  });

  it('is refused when a bit differs anywhere (SYN-10)', async () => {
    const bytes = await bundleOf(3);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length * 8 - 1), async (bit) => {
        const altered = bytes.slice();
        altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        await expectRefused(altered);
      }),
      { numRuns: 300 },
    );
  });

  it('is refused when a bit of the last line differs', async () => {
    const bytes = await bundleOf(1);
    for (let bit = (bytes.length - 60) * 8; bit < bytes.length * 8; bit += 1) {
      const altered = bytes.slice();
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await expectRefused(altered);
    }
  });

  it('is refused when it was cut short or something was added (SYN-10)', async () => {
    const bytes = await bundleOf(3);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => expectRefused(bytes.slice(0, length))),
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (more) =>
        expectRefused(Uint8Array.from([...bytes, ...more])),
      ),
    );
  });

  it('is refused when lines were left out, doubled, exchanged or joined from two bundles (SYN-10)', async () => {
    const lines = linesOf(await bundleOf(1_001));
    const others = linesOf(await bundleOf(1_001, bundleKey, BUNDLED_AT + 1));
    expect(lines.length).toBe(6);
    for (let from = 0; from < lines.length; from += 1) {
      await expectRefused(encode(lines.toSpliced(from, 1)));
      await expectRefused(encode(lines.toSpliced(from, 0, lines[from] ?? '')));
      await expectRefused(encode(lines.with(from, lines.at(from - 1) ?? '')));
      if (from < lines.length - 1)
        await expectRefused(encode([...lines.slice(0, from + 1), ...others.slice(from + 1)]));
    }
    await expectRefused(encode([...lines, ...lines]));
    await expectRefused(
      encode([...lines.slice(0, 1), ...linesOf(await bundleOf(0, bundleKey, BUNDLED_AT + 1)).slice(1)]),
    );
  });
});

describe('what is no bundle of ours', () => {
  it('is refused by name', async () => {
    const lines = linesOf(await bundleOf(2));
    const newer = lines.with(0, (lines[0] ?? '').replace('"version":1', '"version":2'));
    const notes = new TextEncoder().encode('避難者名簿\n1 熊本 花子\n');
    const picture = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x0a, 0xff);
    expect(await refusalOf(open(sourceOf(encode(newer))))).toBe('bundle-too-new');
    expect(await refusalOf(open(sourceOf(new Uint8Array())))).toBe('not-a-bundle');
    expect(await refusalOf(open(sourceOf(notes)))).toBe('not-a-bundle');
    expect(await refusalOf(open(sourceOf(picture)))).toBe('not-a-bundle');
    expect(await refusalOf(open(sourceOf(new Uint8Array(5_000))))).toBe('not-a-bundle');
  });

  it('is foreign when the device is unknown or it was sealed to another key', async () => {
    const bytes = await bundleOf(2);
    expect(await refusalOf(openBundle(sourceOf(bytes), async () => undefined))).toBe('bundle-foreign');
    const other = await bundleOf(2, await newSealingKeyPair());
    expect(await refusalOf(open(sourceOf(other)))).toBe('bundle-foreign');
  });

  it('is damaged when somebody without the device’s key made it', async () => {
    const forger = { ...recorder, shelterId: shelterIdSchema.parse('school-1'), eventKey: new Uint8Array(32) };
    const parts = { bundlePublicKey: bundleKey.publicKey, content: 'all', now: BUNDLED_AT } as const;
    const bytes = await bytesOf(writeBundle({ ...parts, device: forger, events: sampleAdmissions(5) }));
    expect(await refusalOf(open(sourceOf(bytes)))).toBe('bundle-damaged');
  });

  it('is refused once it has become larger than a bundle may be', async () => {
    const [header] = linesOf(await bundleOf(0));
    async function* endless() {
      yield encode([header ?? '']);
      const line = encode([`${'A'.repeat(1_000_000)}\n`]);
      for (let bytes = 0; bytes <= BUNDLE_MAX_BYTES + 2_000_000; bytes += line.length) yield line;
    }
    // A chunk that cannot be opened is refused before: the size alone is what is tried here.
    const drain = async () => {
      for await (const line of readLines(endless())) expect(line.length).toBeGreaterThan(0);
    };
    expect(await refusalOf(drain())).toBe('bundle-too-large');
  });
});
