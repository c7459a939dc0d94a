import { X509Certificate } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CardAuthority } from '../../../testbed/virtual-card/card-authority.ts';
import {
  type InProcessReader,
  InProcessReaders,
  type ReaderBehaviour,
} from '../../../testbed/virtual-card/in-process-readers.ts';
import { type Persona, personaOf } from '../../../testbed/virtual-card/persona.ts';
import { type CardBehaviour, VirtualCard } from '../../../testbed/virtual-card/virtual-card.ts';
import type { CardReaderState } from './card-reader.ts';
import { CardReaderSession } from './card-reader-session.ts';
import { CertificateTrust } from './certificate-trust.ts';

/** The card reader over virtual readers in this program; e2e/my-number-card has the same over pcscd. */

const WITHIN = { timeout: 20_000, interval: 10 };
const HANAKO = personaOf(0);

let authority: CardAuthority;
let certificate: Uint8Array;
let readers: InProcessReaders;
let reader: InProcessReader;
let session: CardReaderSession;
let seen: CardReaderState[];
let cards: VirtualCard[];

beforeAll(async () => {
  authority = await CardAuthority.make();
  certificate = await authority.issue();
});
beforeEach(() => {
  readers = new InProcessReaders();
  reader = readers.plugIn('Reader A');
  cards = [];
  open();
});
afterEach(async () => {
  await session.close();
  expect(cards.flatMap(individualNumberAsked)).toEqual([]);
  expect(cards.filter((card) => card.isVerified)).toEqual([]);
});

function open(trust = new CertificateTrust({ anchors: [new X509Certificate(authority.pem)] })): void {
  seen = [];
  session = new CardReaderSession({ service: readers, trust, now: Date.now });
  session.subscribe((state) => seen.push(state));
}

function cardWith(behaviour: CardBehaviour = {}, persona: Persona = HANAKO, of = certificate): VirtualCard {
  const card = new VirtualCard({ persona, certificate: of, ...behaviour });
  cards.push(card);
  return card;
}

async function presented(card: VirtualCard, at = reader): Promise<Extract<CardReaderState, { kind: 'card' }>> {
  at.insert(card);
  await expect.poll(() => session.state().kind, WITHIN).toBe('card');
  const state = session.state();
  if (state.kind !== 'card') throw new Error(`the reader says ${state.kind}`);
  return state;
}

async function taken(at = reader): Promise<void> {
  at.remove();
  await expect.poll(() => session.state().kind, WITHIN).toBe('waiting');
}

const kinds = () => seen.map(({ kind }) => kind);
const pinOf = ({ pin }: Persona) => ({ way: 'pin', pin }) as const;
const pinBOf = ({ pinB }: Persona) => ({ way: 'pin-b', code: pinB }) as const;
const WRONG = { way: 'pin', pin: '0000' } as const;
const WRONG_B = { way: 'pin-b', code: '00000000000000' } as const;

/** The commands of a card's record that select or read the individual number (MNC-1), as hexadecimal. */
function individualNumberAsked(card: VirtualCard): string[] {
  let inCardSurface = false;
  return card.received
    .map((command) => Buffer.from(command).toString('hex'))
    .filter((command) => {
      if (command.startsWith('00a404')) inCardSurface = command.includes('d3921000310001010408');
      const selects = command.startsWith('00a4') && !command.startsWith('00a404') && command.includes('0001');
      const readsByName = command.startsWith('00b0') && Number.parseInt(command.slice(4, 6), 16) >= 0x80;
      return inCardSurface && (selects || readsByName);
    });
}

describe('reading a card, however it answers', () => {
  const variants: readonly [name: string, behaviour: CardBehaviour, persona: Partial<Persona>][] = [
    ['at once', {}, {}],
    ['without extended length', { extendedLength: false }, {}],
    ['in pieces (61xx)', { piecesOf: 100 }, {}],
    ['in pieces without extended length', { piecesOf: 200, extendedLength: false }, {}],
    ['with corrected lengths (6Cxx)', { correctsLength: true, extendedLength: false }, {}],
    ['with corrected lengths, in pieces', { correctsLength: true, extendedLength: false, piecesOf: 90 }, {}],
    ['with 6282 at the end of the file', { endOfFile: 0x6282, extendedLength: false }, {}],
    ['with 6F00 to the first command after power-up', { firstAnswerFails: true }, {}],
    ['with two bytes before the attributes, as in 2023', { prefix: [0x00, 0x00] }, {}],
    ['with fillers behind certificate and attributes', { attributesLength: 700, certificateLength: 3_000 }, {}],
    [
      'with fillers, without extended length',
      { attributesLength: 700, certificateLength: 3_000, extendedLength: false },
      {},
    ],
    ['without a sex', {}, { sex: undefined }],
    ['with sex 9', {}, { sex: '9' }],
    ['with a long address', { extendedLength: false }, { address: `熊本県熊本市中央区${'長い町名'.repeat(60)}1-1` }],
    ['with a name in three parts', {}, { name: 'スミス\u3000ジョン\u3000ポール' }],
  ];
  it.each(variants)('%s', async (_name, behaviour, changes) => {
    const persona = { ...HANAKO, ...changes };
    const card = cardWith(behaviour, persona);
    const state = await presented(card);
    expect(state.validity).toBe('good');
    expect(kinds().filter((kind) => kind !== 'waiting')).toEqual(['reading', 'card']);
    for (const by of [pinOf(persona), pinBOf(persona)]) {
      expect(await session.readAttributes(state.presentation, by)).toEqual({
        kind: 'read',
        attributes: {
          name: persona.name.replaceAll('\u3000', ' '),
          address: persona.address,
          birthDate: '1935-01-01',
          sex: { '2': 'female', '9': 'other', undefined: 'unstated' }[String(persona.sex)],
        },
      });
      // VERIFY does not outlive the reading.
      expect(card.isVerified).toBe(false);
    }
    await taken();
  });

  it('takes 3 commands to tap, 8 with the PIN, 9 when the tries are asked for first', async () => {
    const [tapped, asked] = [cardWith(), cardWith()];
    const first = await presented(tapped);
    expect(tapped.received).toHaveLength(3);
    await session.readAttributes(first.presentation, pinOf(HANAKO));
    expect(tapped.received).toHaveLength(8);
    await taken();
    const second = await presented(asked);
    expect(await session.triesLeft(second.presentation, 'pin')).toBe(3);
    await session.readAttributes(second.presentation, pinOf(HANAKO));
    expect(asked.received).toHaveLength(9);
  });

  it('overwrites the PIN once it was sent, and never names the file of the individual number (MNC-1)', async () => {
    const sent: Uint8Array[] = [];
    const connect = reader.connect.bind(reader);
    reader.connect = async () => {
      const connection = await connect();
      return {
        ...connection,
        transmit: (command) => {
          sent.push(command);
          return connection.transmit(command);
        },
      };
    };
    const { presentation } = await presented(cardWith());
    expect(await session.readAttributes(presentation, pinOf(HANAKO))).toMatchObject({ kind: 'read' });
    const digits = Buffer.from(HANAKO.pin).toString('hex');
    expect(cards[0]?.received.map((command) => Buffer.from(command).toString('hex'))).toContain(`0020008004${digits}`);
    expect(sent.map((command) => Buffer.from(command).toString('hex')).filter((hex) => hex.includes(digits))).toEqual(
      [],
    );
  });
});

describe('PINs', () => {
  it.each([0x6984, 0x6983] as const)('count down to blocked with 63C0, and stay so with %i', async (blockedStatus) => {
    const { presentation } = await presented(cardWith({ blockedStatus }));
    expect(await session.readAttributes(presentation, WRONG)).toEqual({ kind: 'wrong', triesLeft: 2 });
    expect(await session.readAttributes(presentation, WRONG)).toEqual({ kind: 'wrong', triesLeft: 1 });
    expect(await session.readAttributes(presentation, WRONG)).toEqual({ kind: 'blocked' });
    expect(await session.readAttributes(presentation, pinOf(HANAKO))).toEqual({ kind: 'blocked' });
    expect(await session.triesLeft(presentation, 'pin')).toBe('blocked');
    expect(await session.readAttributes(presentation, pinBOf(HANAKO))).toMatchObject({ kind: 'read' });
  });

  it('that are right give all tries back', async () => {
    const { presentation } = await presented(cardWith());
    await session.readAttributes(presentation, WRONG);
    expect(await session.triesLeft(presentation, 'pin')).toBe(2);
    expect(await session.readAttributes(presentation, pinOf(HANAKO))).toMatchObject({ kind: 'read' });
    expect(await session.triesLeft(presentation, 'pin')).toBe(3);
  });

  it('B may be wrong without limit (6300) or with one', async () => {
    const free = await presented(cardWith());
    for (let time = 0; time < 5; time += 1) {
      expect(await session.readAttributes(free.presentation, WRONG_B)).toEqual({ kind: 'wrong', triesLeft: null });
    }
    expect(await session.triesLeft(free.presentation, 'pin-b')).toBe('unknown');
    await taken();
    const counted = await presented(cardWith({ pinBTries: 2 }));
    expect(await session.triesLeft(counted.presentation, 'pin-b')).toBe(2);
    expect(await session.readAttributes(counted.presentation, WRONG_B)).toEqual({ kind: 'wrong', triesLeft: 1 });
    expect(await session.readAttributes(counted.presentation, WRONG_B)).toEqual({ kind: 'blocked' });
  });

  it.each([
    { way: 'pin', pin: '123' } as const,
    { way: 'pin', pin: '１２３４' } as const,
    { way: 'pin', pin: '12345' } as const,
    { way: 'pin-b', code: '1234' } as const,
  ])('of another form cost no try: %j', async (by) => {
    const card = cardWith();
    const { presentation } = await presented(card);
    const before = card.received.length;
    expect(await session.readAttributes(presentation, by)).toEqual({ kind: 'malformed-pin' });
    expect(card.received).toHaveLength(before);
  });
});

describe('certificates', () => {
  const DAY = 24 * 60 * 60 * 1000;
  it('out of their dates are told apart', async () => {
    const expired = await authority.issue({ from: Date.now() - 9 * DAY, to: Date.now() - DAY });
    expect(await presented(cardWith({}, HANAKO, expired))).toMatchObject({ validity: 'expired' });
    await taken();
    const early = await authority.issue({ from: Date.now() + DAY });
    expect(await presented(cardWith({}, HANAKO, early))).toMatchObject({ validity: 'not-yet-valid' });
  });

  it('of another authority are untrusted, dates or not', async () => {
    const other = await CardAuthority.make();
    expect(await presented(cardWith({}, HANAKO, await other.issue()))).toMatchObject({ validity: 'untrusted' });
  });

  it('are not good without an anchor, and unchecked only where that is allowed', async () => {
    for (const [acceptWithoutAnchors, validity] of [
      [false, 'no-anchors'],
      [true, 'unchecked'],
    ] as const) {
      await session.close();
      open(new CertificateTrust({ anchors: [], acceptWithoutAnchors }));
      expect(await presented(cardWith())).toMatchObject({ validity });
      await taken();
    }
  });

  it('that are none make the card unreadable, and the next one works', async () => {
    reader.insert(cardWith({}, HANAKO, new Uint8Array(1_700).fill(0xff)));
    await expect.poll(() => session.state().kind, WITHIN).toBe('unreadable');
    reader.insert(cardWith({}, HANAKO, certificate.slice(0, 900)));
    await expect.poll(() => kinds().filter((kind) => kind === 'unreadable').length, WITHIN).toBe(2);
    expect(await presented(cardWith())).toMatchObject({ validity: 'good' });
  });
});

describe('readers and cards that come and go', () => {
  it('says when there is no reader, and notices one', async () => {
    await expect.poll(() => session.state().kind, WITHIN).toBe('waiting');
    readers.unplug(reader);
    await expect.poll(() => session.state(), WITHIN).toEqual({ kind: 'unavailable', reason: 'no-reader' });
    reader = readers.plugIn('Reader B');
    expect(await presented(cardWith())).toMatchObject({ validity: 'good' });
  });

  it('ends the presentation with the reader unplugged, and with the service dead; goes on with both back', async () => {
    const card = cardWith();
    const first = await presented(card);
    readers.unplug(reader);
    expect(await session.readAttributes(first.presentation, pinOf(HANAKO))).toEqual({ kind: 'removed' });
    reader = readers.plugIn('Reader A');
    const second = await presented(cardWith());
    readers.die();
    await expect.poll(() => session.state(), WITHIN).toEqual({ kind: 'unavailable', reason: 'service-stopped' });
    expect(await session.triesLeft(second.presentation, 'pin')).toBe('unknown');
    reader.remove();
    readers.comeBack();
    await expect.poll(() => session.state().kind, WITHIN).toBe('waiting');
    await presented(cardWith());
  });

  it('a card on a second reader waits for the first; another kind of card keeps nobody waiting', async () => {
    const other = readers.plugIn('Reader B');
    reader.insert(cardWith({ kind: 'transit-card' }));
    await expect.poll(() => session.state().kind, WITHIN).toBe('other-card');
    const waiting = cardWith();
    await presented(waiting, other);
    await taken(other);
    await presented(cardWith(), other);
    const third = cardWith();
    reader.insert(third);
    await session.triesLeft(1, 'pin');
    expect(third.received).toHaveLength(0);
    other.remove();
    await expect.poll(() => third.received.length, WITHIN).toBe(3);
  });

  it('comes to rest over a card of another kind whose powering off makes it look as if it had gone', async () => {
    await session.close();
    readers = new InProcessReaders();
    reader = readers.plugIn('Contactless', { powerOffLooksLikeRemoval: true });
    open();
    const transit = cardWith({ kind: 'transit-card' });
    reader.insert(transit);
    await expect.poll(() => session.state().kind, WITHIN).toBe('other-card');
    // Gone and back takes the reader 100 ms: it has been read as often as it will be.
    await expect.poll(() => kinds().filter((kind) => kind === 'other-card').length, WITHIN).toBe(3);
    const commands = transit.received.length;
    // Time for many more tries: another reader's card is read whole, five times.
    const second = readers.plugIn('Second');
    for (let at = 0; at < 5; at += 1) {
      second.insert(cardWith());
      await expect.poll(() => session.state().kind, WITHIN).toBe('card');
      second.remove();
      await expect.poll(() => session.state().kind, WITHIN).not.toBe('card');
    }
    expect(transit.received.length).toBe(commands);
    await expect.poll(() => reader.insertion, WITHIN).not.toBeNull();
    await taken();
    await presented(cardWith());
    await taken();
  });

  /** Opens a session over readers of this behaviour. */
  async function openOver(behaviour: ReaderBehaviour, ...names: readonly string[]): Promise<InProcessReader[]> {
    await session.close();
    readers = new InProcessReaders();
    const plugged = names.map((name) => readers.plugIn(name, behaviour));
    reader = plugged[0] ?? reader;
    open();
    return plugged;
  }

  /**
   * Waits until cards lie in their readers and are left alone: another reader's card is read, whose turn comes after
   * theirs. Whatever is read there is powered off, and gone at once.
   */
  async function atRest(...lying: readonly InProcessReader[]): Promise<void> {
    const witness = readers.plugIn('Witness');
    await expect
      .poll(async () => {
        const before = lying.map(({ insertion }) => insertion);
        await presented(cardWith(), witness);
        await gone(witness);
        return before.every((insertion, at) => insertion !== null && insertion === lying[at]?.insertion);
      }, WITHIN)
      .toBe(true);
    readers.unplug(witness);
  }
  const gone = async (at: InProcessReader) => {
    at.remove();
    await expect.poll(() => session.state().kind, WITHIN).not.toBe('card');
  };

  const REPORTING: readonly ReaderBehaviour[] = [
    { powerOffLooksLikeRemoval: true },
    // Slow to report it back, as a reader that looks once a second.
    { powerOffLooksLikeRemoval: true, backAfterMs: 1_400 },
  ];
  const FOREIGN: readonly [string, () => VirtualCard][] = [
    ['another kind of card', () => cardWith({ kind: 'transit-card' })],
    ['a certificate that is none', () => cardWith({}, HANAKO, new Uint8Array(1_700).fill(0xff))],
    ['a certificate that is cut short', () => cardWith({}, HANAKO, certificate.slice(0, 900))],
    ['a certificate that names a length beyond the file', () => cardWith({}, HANAKO, Uint8Array.of(0x30, 0x82, 9, 9))],
  ];

  it.each(REPORTING.flatMap((behaviour) => FOREIGN.map(([what, make]) => [what, behaviour, make] as const)))(
    'comes to rest over %s, in a reader that reports removal at power-off: %j (MNC-7)',
    async (_what, behaviour, make) => {
      await openOver(behaviour, 'Contactless');
      const card = make();
      reader.insert(card);
      await expect.poll(() => card.received.length, WITHIN).toBeGreaterThan(0);
      await atRest(reader);
      // Taken away it is forgotten: the next card is read at once.
      reader.remove();
      await presented(cardWith());
    },
  );

  it.each(REPORTING)(
    'comes to rest over a phone and over a card that every command loses: %j (MNC-7)',
    async (behaviour) => {
      await openOver(behaviour, 'Contactless');
      const phone = cardWith({ kind: 'phone' });
      reader.insert(phone);
      await expect.poll(() => kinds().filter((kind) => kind === 'phone').length, WITHIN).toBe(3);
      const commands = phone.received.length;
      await expect.poll(() => reader.insertion, WITHIN).not.toBeNull();
      reader.remove();
      await presented(cardWith());
      expect(phone.received.length).toBe(commands);
      await openOver({ ...behaviour, losesCommands: true }, 'Contactless');
      reader.insert(cardWith());
      await expect.poll(() => kinds().includes('removed-early'), WITHIN).toBe(true);
      await atRest(reader);
    },
  );

  it.each(REPORTING)(
    'two readers with a foreign card each do not alternate for ever: %j (MNC-7)',
    async (behaviour) => {
      const [first = reader, second = reader] = await openOver(behaviour, 'Reader A', 'Reader B');
      const foreign = [cardWith({ kind: 'transit-card' }), cardWith({ kind: 'transit-card' })] as const;
      first.insert(foreign[0]);
      second.insert(foreign[1]);
      await expect.poll(() => foreign.every(({ received }) => received.length > 0), WITHIN).toBe(true);
      await atRest(first, second);
      first.remove();
      second.remove();
      await presented(cardWith(), second);
    },
  );

  it.each([{}, ...REPORTING])('reads a card where extended commands lose it: %j (MNC-7)', async (behaviour) => {
    await openOver({ ...behaviour, losesExtendedCommands: true }, 'Without extended length');
    for (let at = 0; at < 2; at += 1) {
      const { presentation } = await presented(cardWith());
      await expect
        .poll(() => session.readAttributes(presentation, pinOf(HANAKO)), WITHIN)
        .toMatchObject({ kind: 'read' });
      await gone(reader);
    }
    // It has been learnt: the second card was read without a detour.
    expect(kinds().filter((kind) => kind === 'removed-early').length).toBeLessThanOrEqual(1);
  });

  it('goes on with a card that its powering off made look as if it had gone', async () => {
    await session.close();
    readers = new InProcessReaders();
    reader = readers.plugIn('Contactless', { powerOffLooksLikeRemoval: true });
    open();
    const { presentation } = await presented(cardWith());
    expect(await session.readAttributes(presentation, WRONG)).toMatchObject({ kind: 'wrong', triesLeft: 2 });
    await expect
      .poll(() => session.readAttributes(presentation, WRONG), WITHIN)
      .toEqual({ kind: 'wrong', triesLeft: 1 });
    await expect.poll(() => session.triesLeft(presentation, 'pin'), WITHIN).toBe(1);
    expect(kinds().filter((kind) => kind !== 'waiting')).toEqual(['reading', 'card']);
    await taken();
  });

  it('is not fooled by another card in that moment', async () => {
    const { presentation } = await presented(cardWith());
    await session.readAttributes(presentation, WRONG);
    const second = cardWith({}, personaOf(1), await authority.issue());
    reader.insert(second);
    expect(await session.readAttributes(presentation, pinOf(personaOf(1)))).toEqual({ kind: 'removed' });
    await expect.poll(() => kinds().filter((kind) => kind === 'card').length, WITHIN).toBe(2);
  });

  it('retries with short commands on a reader that cannot carry extended ones', async () => {
    const connect = reader.connect.bind(reader);
    reader.connect = async () => {
      const connection = await connect();
      return {
        ...connection,
        transmit: async (command) =>
          command.length === 7 && command[1] === 0xb0 ? new Uint8Array() : connection.transmit(command),
      };
    };
    const card = cardWith();
    const { presentation } = await presented(card);
    expect(await session.readAttributes(presentation, pinOf(HANAKO))).toMatchObject({ kind: 'read' });
  });
});
