import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type IssuedVirtualCard, PcscStack, WatchedReader } from '../../testbed/virtual-card/pcsc-stack.ts';

/** The card reader over real pcscd and vpcd; the cards are virtual. */

let stack: PcscStack;
let watched: WatchedReader;

beforeAll(async () => {
  stack = await PcscStack.start();
});
afterAll(() => stack.stop());

beforeEach(async () => {
  watched = new WatchedReader(stack.trust);
  await watched.ready();
});
afterEach(async () => {
  for (const slot of stack.slots) await slot.remove();
  await watched.close();
});

/** The reader goes on with another card, without anything having been restarted. */
async function expectNextCardWorks(number: number): Promise<void> {
  const next = await stack.card(number);
  await stack.slots[0].insert(next.card);
  const { presentation } = await watched.next('card');
  expect(await watched.reader.readAttributes(presentation, { way: 'pin', pin: next.persona.pin })).toMatchObject({
    kind: 'read',
    attributes: { address: next.persona.address },
  });
  await expect.poll(() => next.card.isVerified).toBe(false);
  await stack.slots[0].remove();
  await watched.next('waiting');
}

/** How many commands a card is given when it is shown and, with a way, read. */
async function commandsOf(way: 'tap' | 'pin' | 'pin-b'): Promise<number> {
  const one = await stack.card(0);
  await stack.slots[0].insert(one.card);
  const { presentation } = await watched.next('card');
  if (way !== 'tap') await readBy(way, presentation, one);
  await stack.slots[0].remove();
  await watched.next('waiting');
  return one.card.received.length;
}

function readBy(way: 'pin' | 'pin-b', presentation: number, { persona }: IssuedVirtualCard) {
  return watched.reader.readAttributes(
    presentation,
    way === 'pin' ? { way, pin: persona.pin } : { way, code: persona.pinB },
  );
}

describe('a card pulled at every command', () => {
  it('while it is read: removed early, and the next one works (MNC-3)', async () => {
    const commands = await commandsOf('tap');
    expect(commands).toBeLessThanOrEqual(8);
    for (let pulledAt = 0; pulledAt < commands; pulledAt += 1) {
      const { card } = await stack.card(1, { pulledAt });
      watched.forget();
      await stack.slots[0].insert(card);
      await watched.next('removed-early');
      expect(watched.kinds()).toEqual(['reading', 'removed-early']);
      await expectNextCardWorks(2);
    }
  });

  it.each(['pin', 'pin-b'] as const)(
    'while its attributes are read by %s: removed, and the next one works (MNC-3)',
    async (way) => {
      const tap = await commandsOf('tap');
      const commands = await commandsOf(way);
      expect(commands).toBeLessThanOrEqual(10);
      for (let pulledAt = tap; pulledAt < commands; pulledAt += 1) {
        const one = await stack.card(3, { pulledAt });
        await stack.slots[0].insert(one.card);
        const { presentation } = await watched.next('card');
        expect(await readBy(way, presentation, one)).toEqual({ kind: 'removed' });
        await watched.next('waiting');
        expect(await readBy(way, presentation, one)).toEqual({ kind: 'removed' });
        await expectNextCardWorks(4);
      }
    },
  );

  it('while its tries are asked for: unknown, and the next one works', async () => {
    const tap = await commandsOf('tap');
    for (let pulledAt = tap; pulledAt < tap + 3; pulledAt += 1) {
      const one = await stack.card(5, { pulledAt });
      await stack.slots[0].insert(one.card);
      const { presentation } = await watched.next('card');
      expect(await watched.reader.triesLeft(presentation, 'pin')).toBe('unknown');
      await watched.next('waiting');
    }
    await expectNextCardWorks(6);
  });
});

describe('readers and their service', () => {
  it('a reader’s slot emptied in mid-presentation ends it; the same card put back is a new one', async () => {
    const { card } = await stack.card(7);
    await stack.slots[0].insert(card);
    const first = await watched.next('card');
    await stack.slots[0].remove();
    await watched.next('waiting');
    await stack.slots[0].insert(card);
    const second = await watched.next('card');
    expect(second.presentation).toBeGreaterThan(first.presentation);
    expect(second.certificateSha256).toBe(first.certificateSha256);
    expect(await watched.reader.triesLeft(first.presentation, 'pin')).toBe('unknown');
    expect(await watched.reader.triesLeft(second.presentation, 'pin')).toBe(3);
  });

  it('two readers: the second card waits until the first is taken away', async () => {
    const [first, second] = [await stack.card(8), await stack.card(9)];
    await stack.slots[0].insert(first.card);
    const shown = await watched.next('card');
    await stack.slots[1].insert(second.card);
    expect(
      await watched.reader.readAttributes(shown.presentation, { way: 'pin', pin: first.persona.pin }),
    ).toMatchObject({ kind: 'read', attributes: { address: first.persona.address } });
    expect(second.card.received).toHaveLength(0);
    await stack.slots[0].remove();
    const next = await watched.next('card');
    expect(next.certificateSha256).not.toBe(shown.certificateSha256);
    expect(
      await watched.reader.readAttributes(next.presentation, { way: 'pin', pin: second.persona.pin }),
    ).toMatchObject({
      kind: 'read',
    });
    await stack.slots[1].remove();
    await watched.next('waiting');
  });

  it('pcscd killed with no card, with a card, and while one is read: it says so, and goes on when it is back', async () => {
    const kills = [
      async () => undefined,
      async () => {
        const { card } = await stack.card(10);
        await stack.slots[0].insert(card);
        await watched.next('card');
      },
      async () => {
        const { card } = await stack.card(11);
        await stack.slots[0].insert(card);
        await watched.next('reading');
      },
    ];
    for (const prepare of kills) {
      await prepare();
      await stack.pcscd.kill();
      expect(await watched.next('unavailable')).toEqual({ kind: 'unavailable', reason: 'service-stopped' });
      for (const slot of stack.slots) await slot.remove();
      await stack.pcscd.restart();
      await watched.next('waiting');
      await expectNextCardWorks(12);
    }
  });

  it('starts before pcscd does, and finds it', async () => {
    await watched.close();
    await stack.pcscd.kill();
    watched = new WatchedReader(stack.trust);
    expect(await watched.next('unavailable')).toEqual({ kind: 'unavailable', reason: 'service-stopped' });
    await stack.pcscd.restart();
    await watched.next('waiting');
    await expectNextCardWorks(13);
  });
});

describe('cards that are no My Number card', () => {
  it('are told apart, and do not keep the next one waiting', async () => {
    const transit = await stack.card(14, { kind: 'transit-card' });
    const phone = await stack.card(15, { kind: 'phone' });
    await stack.slots[1].insert(transit.card);
    await watched.next('other-card');
    await stack.slots[0].insert(phone.card);
    const { presentation } = await watched.next('phone');
    expect(await watched.reader.readAttributes(presentation, { way: 'pin', pin: phone.persona.pin })).toEqual({
      kind: 'unreadable',
    });
    await stack.slots[0].remove();
    await watched.next('waiting');
    await expectNextCardWorks(16);
  });
});

describe('PINs over the whole stack', () => {
  it('a wrong PIN counts down to blocked; a blocked PIN leaves PIN-B and the next card', async () => {
    const { card, persona } = await stack.card(17);
    await stack.slots[0].insert(card);
    const { presentation } = await watched.next('card');
    const wrong = { way: 'pin', pin: persona.pin === '0000' ? '1111' : '0000' } as const;
    const { reader } = watched;
    expect(await reader.triesLeft(presentation, 'pin')).toBe(3);
    expect(await reader.readAttributes(presentation, { way: 'pin', pin: '12345' })).toEqual({ kind: 'malformed-pin' });
    expect(await reader.readAttributes(presentation, wrong)).toEqual({ kind: 'wrong', triesLeft: 2 });
    expect(await reader.readAttributes(presentation, wrong)).toEqual({ kind: 'wrong', triesLeft: 1 });
    expect(await reader.triesLeft(presentation, 'pin')).toBe(1);
    expect(await reader.readAttributes(presentation, wrong)).toEqual({ kind: 'blocked' });
    expect(await reader.readAttributes(presentation, { way: 'pin', pin: persona.pin })).toEqual({ kind: 'blocked' });
    expect(await reader.triesLeft(presentation, 'pin')).toBe('blocked');
    expect(await reader.readAttributes(presentation, { way: 'pin-b', code: persona.pinB })).toMatchObject({
      kind: 'read',
    });
    await stack.slots[0].remove();
    await watched.next('waiting');
    await expectNextCardWorks(18);
  });

  it('another card put down between two tries is not taken for the first', async () => {
    const [first, second] = [await stack.card(19), await stack.card(20)];
    await stack.slots[0].insert(first.card);
    const shown = await watched.next('card');
    expect(await watched.reader.readAttributes(shown.presentation, { way: 'pin', pin: '0000' })).toMatchObject({
      kind: 'wrong',
    });
    await stack.slots[0].insert(second.card);
    expect(await watched.reader.readAttributes(shown.presentation, { way: 'pin', pin: second.persona.pin })).toEqual({
      kind: 'removed',
    });
    expect(second.card.isVerified).toBe(false);
    await stack.slots[0].remove();
    await watched.next('waiting');
    await expectNextCardWorks(21);
  });
});
