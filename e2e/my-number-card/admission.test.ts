import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ShelterId } from '@uketsuke/shared/identifiers';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pcscService } from '../../kiosk/host/card-reader/pcsc-service.ts';
import { Headquarters } from '../../testbed/headquarters/headquarters.ts';
import { openShelterKiosk, type ShelterKiosk } from '../../testbed/stage/stage.ts';
import type { CardAuthority } from '../../testbed/virtual-card/card-authority.ts';
import { type IssuedVirtualCard, PcscStack } from '../../testbed/virtual-card/pcsc-stack.ts';

/**
 * A My Number card from the reader to HQ's roster: pcscd, the browser host, the built page in Chromium, the server. Only
 * the card is virtual. The tests go on from each other.
 */

const WITHIN = { timeout: 60_000 };
const households = sampleHouseholds(20_261_123, 1, 3);

let folder: string;
let stack: PcscStack;
let headquarters: Headquarters;
let desk: ShelterKiosk;
let first: ShelterId;
let second: ShelterId;
let hanako: IssuedVirtualCard;
let mother: IssuedVirtualCard;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uketsuke-e2e-card-'));
  stack = await PcscStack.start();
  headquarters = await Headquarters.open();
  first = await headquarters.createShelter('白川小学校');
  second = await headquarters.createShelter('出水中学校');
  [hanako, mother] = [await stack.card(0), await stack.card(1)];
  desk = await openCardKiosk(first, 'first', stack.authority);
});

afterAll(async () => {
  await desk?.close();
  await stack?.stop();
  await headquarters?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A desk whose kiosk trusts the virtual cards' authority. */
async function openCardKiosk(shelterId: ShelterId, name: string, authority: CardAuthority): Promise<ShelterKiosk> {
  const dataDirectory = join(folder, name);
  await mkdir(join(dataDirectory, 'card-trust'), { recursive: true });
  await writeFile(join(dataDirectory, 'card-trust', 'authority.pem'), authority.pem);
  const opened = await openShelterKiosk(headquarters, shelterId, { dataDirectory, smartCards: pcscService() });
  await opened.page.locator('[data-testid=card-reader][data-state=waiting]').waitFor(WITHIN);
  return opened;
}

const panelOf = (at: ShelterKiosk, show: string) => at.page.locator(`[data-testid=my-number-panel][data-show=${show}]`);
const stripOf = (at: ShelterKiosk, show: string) => at.page.locator(`[data-testid=link-strip][data-show=${show}]`);
const spaced = (name: string) => name.replace('\u3000', ' ');

async function lay({ card }: IssuedVirtualCard): Promise<void> {
  await stack.slots[0].insert(card);
}

/** With two desks at one reader, the one that was still waiting for the other to let go of the card says "too early". */
async function takeAway(at: ShelterKiosk = desk): Promise<void> {
  await stack.slots[0].remove();
  await at.page
    .locator('[data-testid=card-reader]:is([data-state=waiting], [data-state=removed-early])')
    .waitFor(WITHIN);
}

async function enter(way: 'pin' | 'pin-b', digits: string): Promise<void> {
  await desk.page.getByTestId(`my-number-way-${way}`).click();
  await desk.page.locator('[data-testid=my-number-panel][data-show=entry][data-busy=false]').waitFor(WITHIN);
  await desk.page.getByTestId('my-number-digits').fill(digits);
  await desk.page.getByTestId('my-number-submit').click();
}

async function atHeadquarters(shelterId: ShelterId, count: number) {
  await expect.poll(async () => (await headquarters.people(shelterId)).length, WITHIN).toBe(count);
  return headquarters.people(shelterId);
}

describe('a My Number card from the reader to HQ', () => {
  it('is admitted by PIN, after a wrong one that costs one try (MNC-3)', async () => {
    const { persona } = hanako;
    await lay(hanako);
    await panelOf(desk, 'choose').waitFor(WITHIN);
    await enter('pin', persona.pin === '9999' ? '9998' : '9999');
    await desk.page.locator('[data-testid=my-number-tries][data-left="2"]').waitFor(WITHIN);
    await desk.page.getByTestId('my-number-digits').fill(persona.pin);
    await desk.page.getByTestId('my-number-submit').click();
    await desk.result('admitted').waitFor(WITHIN);
    expect(await desk.result('admitted').textContent()).toContain(spaced(persona.name));
    const [person] = await atHeadquarters(first, 1);
    expect(person).toMatchObject({
      assurance: 'card-and-pin',
      person: {
        name: { written: spaced(persona.name) },
        birthDate: persona.birthDate.replace(/(....)(..)(..)/, '$1-$2-$3'),
      },
      address: { municipality: '43101' },
    });
  });

  it('is registered, and from then on admitted by tap alone, here and at another shelter (MNC-4, MNC-5)', async () => {
    await stripOf(desk, 'offer-link').waitFor(WITHIN);
    await desk.page.getByTestId('link-card').click();
    await stripOf(desk, 'linked').waitFor(WITHIN);
    await takeAway();
    await expect.poll(() => desk.pending(), WITHIN).toBe(0);
    await lay(hanako);
    await desk.result('already-admitted').waitFor(WITHIN);
    await takeAway();

    const elsewhere = await openCardKiosk(second, 'second', stack.authority);
    try {
      // The registration reaches the other shelter with its facts, some time after the desk opened.
      await expect
        .poll(
          async () => {
            await lay(hanako);
            const outcome = elsewhere.page.locator(
              '[data-testid=result], [data-testid=my-number-panel][data-show=choose]',
            );
            await outcome.waitFor(WITHIN);
            const kind = await outcome.getAttribute('data-kind');
            await takeAway(elsewhere);
            return kind;
          },
          { timeout: 120_000, interval: 1_000 },
        )
        .toBe('admitted');
      const [person] = await atHeadquarters(second, 1);
      expect(person).toMatchObject({
        assurance: 'card-presented',
        person: { name: { written: spaced(hanako.persona.name) } },
      });
      expect(person?.duplicates.map(({ match }) => match)).toEqual(['same']);
    } finally {
      await elsewhere.close();
    }
  });

  it('is admitted by the number on its face', async () => {
    const { persona } = mother;
    await lay(mother);
    await panelOf(desk, 'choose').waitFor(WITHIN);
    await enter('pin-b', persona.pinB);
    await desk.result('admitted').waitFor(WITHIN);
    await takeAway();
    const people = await atHeadquarters(first, 2);
    const found = people.find(({ person }) => person.name.written === spaced(persona.name));
    expect(found).toMatchObject({ assurance: 'card-presented', repeatedAdmissions: 0 });
  });

  it('is registered for the household of a QR card that is shown while it lies there', async () => {
    const [household] = households;
    if (household === undefined) throw new Error('no sample');
    const { code } = await headquarters.issueCard(household);
    const father = await stack.card(2);
    await lay(father);
    await panelOf(desk, 'choose').waitFor(WITHIN);
    await desk.show(code);
    await desk.result('admitted').waitFor(WITHIN);
    await desk.page.getByTestId('link-card').click();
    await stripOf(desk, 'linked').waitFor(WITHIN);
    await takeAway();
    await atHeadquarters(first, 5);
    await desk.page.getByTestId('undo').click();
    await desk.page.getByTestId('undo-confirm').click();
    await desk.result('undone').waitFor(WITHIN);
    await lay(father);
    await desk.result('admitted').waitFor(WITHIN);
    await takeAway();
    await expect.poll(() => desk.pending(), WITHIN).toBe(0);
    const people = await atHeadquarters(first, 5);
    expect(people.filter(({ repeatedAdmissions }) => repeatedAdmissions > 0)).toEqual([]);
  });

  it('is found under a key that HQ replaced, and registered anew under the new one', async () => {
    const witness = await headquarters.enrolDevice(second);
    const keyIds = async () => (await headquarters.cardLinks(witness)).map(({ keyId }) => keyId);
    await expect.poll(keyIds, WITHIN).toEqual([1, 1]);
    await headquarters.rotateDeviceKeys();
    // The kiosk fetches the new key by itself, a moment later.
    await expect
      .poll(
        async () => {
          await lay(hanako);
          await desk.result('already-admitted').waitFor(WITHIN);
          await takeAway();
          await expect.poll(() => desk.pending(), WITHIN).toBe(0);
          const now = await headquarters.cardLinks(witness);
          return now.map(({ keyId, sealed }) => [keyId, sealed === null]).sort();
        },
        { timeout: 120_000, interval: 1_000 },
      )
      .toEqual([
        [1, false],
        [1, true],
        [2, false],
      ]);
    await lay(hanako);
    await desk.result('already-admitted').waitFor(WITHIN);
    await takeAway();
  });

  it('leaves neither name nor certificate nor the number on its face in the files of the kiosk’s host (MNC-2, SEC-2)', async () => {
    const held = await filesUnder(join(folder, 'first'));
    for (const { persona, certificate } of [hanako, mother]) {
      const hash = createHash('sha256').update(certificate).digest();
      const secrets = [
        spaced(persona.name),
        persona.name,
        persona.pinB,
        hash.toString('base64url'),
        hash.toString('hex'),
      ];
      for (const secret of secrets) expect(held.includes(secret)).toBe(false);
    }
  });
});

async function filesUnder(directory: string): Promise<string> {
  const names = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = names.filter((each) => each.isFile()).map((each) => readFile(join(each.parentPath, each.name), 'utf8'));
  return (await Promise.all(files)).join('\n');
}
