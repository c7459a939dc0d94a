import { spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueCard, issueDayOf, issuerFromPrivateKey } from '@uketsuke/shared/card';
import { newCardId, type ShelterId } from '@uketsuke/shared/identifiers';
import { sampleHouseholds, seededBytes } from '@uketsuke/shared/sample-households';
import { fromBase64url, importSealingPublicKey, newSealingKeyPair } from '@uketsuke/shared/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Headquarters } from '../testbed/headquarters/headquarters.ts';
import { openShelterKiosk, type ShelterKiosk, typeByScanner, untilTaken } from '../testbed/stage/stage.ts';

/** What goes wrong at a desk: cards that are none, and a disk without room. */

const households = sampleHouseholds(8, 3, 2);
let headquarters: Headquarters;

beforeAll(async () => {
  headquarters = await Headquarters.open();
});

afterAll(async () => {
  await headquarters?.close();
});

type BadCode = readonly [what: string, make: () => Promise<string>, refusal: string];

/** A card well made in all but its issuer, who has a number we trust and a key of their own. */
async function strangersCard(receptionPublicKey: Uint8Array<ArrayBuffer>, issuerKeyId: number): Promise<string> {
  const [household] = sampleHouseholds(9, 1, 1);
  if (household === undefined) throw new Error('no sample');
  const claims = { cardId: newCardId(seededBytes(9)), issuedDay: issueDayOf(Date.now()), validYears: 5, household };
  const stranger = issuerFromPrivateKey(issuerKeyId, seededBytes(9)(32));
  return issueCard(claims, stranger, await importSealingPublicKey(receptionPublicKey));
}

/** The public half of the city's reception key, which every device holds. */
function publicHalf(receptionKey: string): Uint8Array<ArrayBuffer> {
  const der = Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), fromBase64url(receptionKey)]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return Uint8Array.from(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32));
}

describe('bad codes (CRD-4)', () => {
  let desk: ShelterKiosk;
  let good: string;
  let shelterId: ShelterId;

  const otherLetter = (letter: string | undefined) => (letter === 'A' ? 'B' : 'A');
  const forgedCard = async () => {
    const { receptionKeys, issuerKeys } = await headquarters.enrolDevice(shelterId);
    return strangersCard(publicHalf(receptionKeys[0] ?? ''), issuerKeys[0]?.keyId ?? 0);
  };

  beforeAll(async () => {
    shelterId = await headquarters.createShelter('城東小学校');
    desk = await openShelterKiosk(headquarters, shelterId);
    const [household] = households;
    if (household === undefined) throw new Error('no sample');
    good = (await headquarters.issueCard(household)).code;
  });

  afterAll(async () => {
    await desk?.close();
  });

  // No two neighbours are refused alike: each waits for its own refusal.
  const badCodes: readonly BadCode[] = [
    ['a web address', async () => 'https://example.jp/ticket?id=UKE1', 'not-ours'],
    ['a card cut short', async () => good.slice(0, -20), 'damaged'],
    ['random text', async () => 'これは避難所のカードではありません', 'not-ours'],
    ['a card with a letter misread', async () => good.slice(0, 60) + otherLetter(good[60]) + good.slice(61), 'damaged'],
    ['a card of another city', async () => strangersCard((await newSealingKeyPair()).publicKey, 1), 'foreign'],
    ['a forged card', forgedCard, 'forged'],
  ];

  it.each(badCodes)('%s is refused with words, and nothing is recorded', async (_what, make, refusal) => {
    await desk.show(await make());
    const result = desk.page.locator(`[data-testid=result][data-refusal=${refusal}]`);
    await result.waitFor();
    expect((await result.textContent())?.length).toBeGreaterThan(20);
    expect(await desk.page.getByTestId('admitted-count').textContent()).toBe('0');
    expect(await desk.pending()).toBe(0);
  });

  it('a text over 4 KB is not looked at, from a scanner either; the next card is taken', async () => {
    await desk.show(good + 'A'.repeat(5_000));
    await typeByScanner(desk.page, 'A'.repeat(4_500));
    expect(await desk.page.getByTestId('admitted-count').textContent()).toBe('0');
    await desk.show(good);
    await desk.result('admitted').waitFor();
    expect(await desk.page.getByTestId('admitted-count').textContent()).toBe('2');
  });
});

describe('a full disk under the journal (DUR-3, RCP-8)', () => {
  const mountPoint = mkdtempSync(join(tmpdir(), 'uketsuke-small-disk-'));
  const filler = join(mountPoint, 'filler');
  let desk: ShelterKiosk;
  let cards: string[];

  beforeAll(async () => {
    mount('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', mountPoint]);
    const dataDirectory = join(mountPoint, 'host');
    mkdirSync(dataDirectory);
    const shelterId = await headquarters.createShelter('健軍小学校');
    cards = [];
    for (const household of households.slice(1)) cards.push((await headquarters.issueCard(household)).code);
    desk = await openShelterKiosk(headquarters, shelterId, { dataDirectory });
  });

  afterAll(async () => {
    await desk?.close();
    mount('umount', ['-l', mountPoint]);
    rmSync(mountPoint, { recursive: true, force: true });
  });

  it('shows no green but words; with room again the same card is admitted once', async () => {
    const { bavail, bsize } = statfsSync(mountPoint);
    writeFileSync(filler, Buffer.alloc(bavail * bsize));
    // A few small lines may still fit into the journal's last block.
    const notRecorded = desk.page.locator('[data-testid=result][data-reason=disk-full]');
    await desk.show(cards[0] ?? '');
    await desk.page.locator('[data-testid=result]').waitFor();
    const fitted = (await desk.result('admitted').count()) === 1;
    if (fitted) await desk.show(cards[1] ?? '');
    await notRecorded.waitFor();
    expect((await notRecorded.textContent())?.length).toBeGreaterThan(20);
    expect(await desk.page.getByTestId('admitted-count').textContent()).toBe(fitted ? '2' : '0');
    await notRecorded.waitFor({ state: 'detached' });
    rmSync(filler);
    await untilTaken(() => desk.show(cards[fitted ? 1 : 0] ?? ''), desk.result('admitted'));
    expect(await desk.page.getByTestId('admitted-count').textContent()).toBe(fitted ? '4' : '2');
    await expect.poll(() => desk.pending(), { timeout: 60_000 }).toBe(0);
  });
});

function mount(command: 'mount' | 'umount', args: readonly string[]): void {
  const result = spawnSync(command, [...args], { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`${command}: ${result.stderr}`);
}
