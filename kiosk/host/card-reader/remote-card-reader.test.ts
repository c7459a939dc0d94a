import { X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CardAuthority } from '../../../testbed/virtual-card/card-authority.ts';
import { type InProcessReader, InProcessReaders } from '../../../testbed/virtual-card/in-process-readers.ts';
import { personaOf } from '../../../testbed/virtual-card/persona.ts';
import { VirtualCard } from '../../../testbed/virtual-card/virtual-card.ts';
import { answerHostCall, hostOver } from '../host-messages.ts';
import type { KioskHost } from '../kiosk-host.ts';
import type { CardReaderState } from './card-reader.ts';
import { CardReaderSession } from './card-reader-session.ts';
import { CertificateTrust } from './certificate-trust.ts';
import type { HostListener } from './remote-card-reader.ts';

/** The page's card reader over the messages to its host, which cross as JSON. */

const WITHIN = { timeout: 20_000, interval: 10 };
const persona = personaOf(2);

let session: CardReaderSession;
let reader: InProcessReader;
let page: KioskHost;
let listener: HostListener | null;
let calls: unknown[];
let card: VirtualCard;

beforeEach(async () => {
  const authority = await CardAuthority.make();
  const readers = new InProcessReaders();
  reader = readers.plugIn('Reader');
  const trust = new CertificateTrust({ anchors: [new X509Certificate(authority.pem)] });
  session = new CardReaderSession({ service: readers, trust, now: Date.now });
  card = new VirtualCard({ persona, certificate: await authority.issue() });
  calls = [];
  listener = null;
  page = hostOver(
    async (call) => {
      calls.push(call);
      return overTheWire(await answerHostCall(hostWith(session), overTheWire(call)));
    },
    (heard) => {
      listener = heard;
    },
  );
});
afterEach(() => session.close());

const overTheWire = (message: unknown): unknown => JSON.parse(JSON.stringify(message));

/** A host that has nothing but a card reader. */
function hostWith(cardReader: CardReaderSession): KioskHost {
  const refuse = () => Promise.reject(new Error('not asked for here'));
  return {
    info: refuse,
    enrol: refuse,
    vault: { state: refuse, create: refuse, open: refuse, update: refuse },
    journal: { append: refuse, read: refuse },
    hub: { lookUp: refuse, use: refuse, forget: refuse },
    cardReader,
  };
}

describe('the card reader of the page', () => {
  it('knows the state when it begins, at every change, and after the connection was down', async () => {
    const seen: CardReaderState['kind'][] = [];
    page.cardReader.subscribe(({ kind }) => seen.push(kind));
    await expect.poll(() => page.cardReader.state().kind, WITHIN).toBe(session.state().kind);
    session.subscribe((state) => listener?.news(overTheWire(state)));
    reader.insert(card);
    await expect.poll(() => page.cardReader.state(), WITHIN).toMatchObject({ kind: 'card', validity: 'good' });
    expect(seen).toContain('reading');
    listener?.news({ kind: 'no such state' });
    listener?.news({ kind: 'unavailable', reason: 'service-stopped' });
    expect(page.cardReader.state().kind).toBe('unavailable');
    listener?.reconnected();
    await expect.poll(() => page.cardReader.state().kind, WITHIN).toBe('card');
  });

  it('asks for tries and attributes of a presentation', async () => {
    reader.insert(card);
    await expect.poll(() => session.state().kind, WITHIN).toBe('card');
    expect(await page.cardReader.triesLeft(1, 'pin')).toBe(3);
    expect(await page.cardReader.readAttributes(1, { way: 'pin', pin: '12' })).toEqual({ kind: 'malformed-pin' });
    expect(await page.cardReader.readAttributes(1, { way: 'pin', pin: persona.pin })).toMatchObject({
      kind: 'read',
      attributes: { address: persona.address },
    });
    expect(await page.cardReader.readAttributes(2, { way: 'pin', pin: persona.pin })).toEqual({ kind: 'removed' });
    expect(calls).toContainEqual({ call: 'cardReader.triesLeft', given: [1, 'pin'] });
  });
});
