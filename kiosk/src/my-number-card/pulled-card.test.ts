import { X509Certificate } from 'node:crypto';
import { seededBytes } from '@uketsuke/shared/sample-households';
import { toBase64url } from '@uketsuke/shared/sealing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CityKeys } from '../../../testbed/test-kiosk/city-keys.ts';
import { TestKiosk } from '../../../testbed/test-kiosk/test-kiosk.ts';
import { CardAuthority } from '../../../testbed/virtual-card/card-authority.ts';
import { type InProcessReader, InProcessReaders } from '../../../testbed/virtual-card/in-process-readers.ts';
import { personaOf } from '../../../testbed/virtual-card/persona.ts';
import { type CardBehaviour, VirtualCard } from '../../../testbed/virtual-card/virtual-card.ts';
import { CardReaderSession } from '../../host/card-reader/card-reader-session.ts';
import { CertificateTrust } from '../../host/card-reader/certificate-trust.ts';
import type { Desk } from '../desk/desk.ts';
import { DeskLine } from '../reception/desk-line.ts';
import type { ScanOutcome } from '../reception/outcomes.ts';
import { CardFlow } from './card-flow.ts';

/** From a card on the reader to the desk's store and journal; what is pulled out on the way leaves nothing behind. */

const WITHIN = { timeout: 30_000, interval: 10 };
/** Commands of a card until it is read, and with its tries asked and its digits shown. */
const COMMANDS = { tap: 3, read: 9 } as const;

let authority: CardAuthority;
let city: CityKeys;
let kiosk: TestKiosk;
let desk: Desk;
let reader: InProcessReader;
let session: CardReaderSession;
let flow: CardFlow;
let outcomes: ScanOutcome[];
let people = 0;

beforeAll(async () => {
  authority = await CardAuthority.make();
  city = await CityKeys.build(84);
  const secrets = city.secrets('desk1');
  const cardDirectoryKeys = [{ keyId: 1, key: toBase64url(seededBytes(61)(32)) }];
  kiosk = await TestKiosk.build({ ...secrets, enrolment: { ...secrets.enrolment, cardDirectoryKeys } });
  desk = await kiosk.open();
});
afterAll(() => kiosk.remove());

beforeEach(() => {
  const readers = new InProcessReaders();
  reader = readers.plugIn('Reader');
  const trust = new CertificateTrust({ anchors: [new X509Certificate(authority.pem)] });
  session = new CardReaderSession({ service: readers, trust, now: Date.now });
  outcomes = [];
  const line = new DeskLine({ cards: desk.cards, admissions: desk.admissions, now: () => performance.now() });
  line.subscribe(() => {
    const { result } = line.state();
    if (result?.about === 'scan' && result.outcome !== outcomes.at(-1)) outcomes.push(result.outcome);
  });
  flow = new CardFlow({ reader: session, desk: desk.myNumber, line, isClockWrong: () => false });
  flow.open();
});
afterEach(async () => {
  flow.close();
  await session.close();
});

/** A card of somebody who has not been here yet. */
async function newCard(behaviour: CardBehaviour = {}) {
  const persona = personaOf(people);
  people += 1;
  return { persona, card: new VirtualCard({ persona, certificate: await authority.issue(), ...behaviour }) };
}

const shows = (show: string) => expect.poll(() => flow.state().panel?.show, WITHIN).toBe(show);
const counts = () => desk.view.snapshot().counts.admitted;

/** How many events the desk holds. */
async function eventCount(): Promise<number> {
  let events = 0;
  for await (const _event of desk.exports.exportable('all')) events += 1;
  return events;
}

async function open(way: 'pin' | 'pin-b', digits: string): Promise<void> {
  await flow.choose(way);
  await flow.submit(digits);
}

async function expectNextIsAdmitted(): Promise<void> {
  const before = counts();
  const { card, persona } = await newCard();
  reader.insert(card);
  await shows('choose');
  await open('pin', persona.pin);
  expect(outcomes.at(-1)?.kind).toBe('admitted');
  expect(counts()).toBe(before + 1);
  reader.remove();
  await expect.poll(() => session.state().kind, WITHIN).toBe('waiting');
}

describe('a card pulled at every command', () => {
  it('while it is read admits nobody, and the next one does (MNC-3)', async () => {
    for (let pulledAt = 0; pulledAt < COMMANDS.tap; pulledAt += 1) {
      const [before, events] = [counts(), await eventCount()];
      reader.insert((await newCard({ pulledAt })).card);
      await expect.poll(() => session.state().kind, WITHIN).toBe('removed-early');
      expect(flow.state().panel).toEqual({ show: 'trouble', trouble: 'removed-early' });
      expect([counts(), await eventCount()]).toEqual([before, events]);
    }
    await expectNextIsAdmitted();
  });

  it.each(['pin', 'pin-b'] as const)(
    'while it is opened by %s admits nobody, and the next one does (MNC-3)',
    async (way) => {
      for (let pulledAt = COMMANDS.tap; pulledAt < COMMANDS.read; pulledAt += 1) {
        const [before, events] = [counts(), await eventCount()];
        const { card, persona } = await newCard({ pulledAt });
        reader.insert(card);
        await shows('choose');
        await open(way, way === 'pin' ? persona.pin : persona.pinB);
        await expect.poll(() => session.state().kind, WITHIN).toBe('waiting');
        expect(outcomes).toEqual([]);
        expect([counts(), await eventCount()]).toEqual([before, events]);
      }
      await expectNextIsAdmitted();
    },
  );
});

describe('backing out', () => {
  it('from wrong PINs to blocked, and on by the number on the face', async () => {
    const before = counts();
    const { card, persona } = await newCard();
    reader.insert(card);
    await shows('choose');
    await flow.choose('pin');
    for (const left of [2, 1]) {
      await flow.submit('0000');
      expect(flow.state().panel).toMatchObject({ show: 'entry', way: 'pin', wrong: true, triesLeft: left });
      flow.back();
      expect(flow.state().panel).toMatchObject({ show: 'choose' });
      await flow.choose('pin');
      expect(flow.state().panel).toMatchObject({ show: 'entry', triesLeft: left, wrong: false });
    }
    await flow.submit('0000');
    expect(flow.state().panel).toEqual({ show: 'blocked', way: 'pin' });
    expect(counts()).toBe(before);
    await open('pin-b', persona.pinB);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['admitted']);
    expect(counts()).toBe(before + 1);
  });

  it('by taking the card away at the question or at the digits admits nobody', async () => {
    const before = counts();
    for (const ask of [false, true]) {
      const { card, persona } = await newCard();
      reader.insert(card);
      await shows('choose');
      if (ask) await flow.choose('pin');
      reader.remove();
      await expect.poll(() => session.state().kind, WITHIN).toBe('waiting');
      await flow.submit(persona.pin);
      expect(flow.state().panel).toBeNull();
    }
    expect(outcomes).toEqual([]);
    expect(counts()).toBe(before);
    await expectNextIsAdmitted();
  });
});
