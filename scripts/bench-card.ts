import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CARD_TRUST_DIRECTORY } from '../kiosk/host/card-reader/certificate-trust.ts';
import { pcscService } from '../kiosk/host/card-reader/pcsc-service.ts';
import { Headquarters } from '../testbed/headquarters/headquarters.ts';
import { percentile } from '../testbed/measuring/percentiles.ts';
import { openShelterKiosk } from '../testbed/stage/stage.ts';
import { type IssuedVirtualCard, PcscStack } from '../testbed/virtual-card/pcsc-stack.ts';
import { CardKiosk, type CardWay } from './bench-card/card-kiosk.ts';
import { TimedSmartCards } from './bench-card/timed-smart-cards.ts';
import { buildChangedParts } from './setup/build.ts';

/**
 * 44 different My Number cards in a row, by tap, by PIN and by the number on their face in turn: real pcscd, the built
 * kiosk in real Chromium; only reader and cards are virtual. Latency: from the reader's word that a card is there to the
 * admission on the screen, which comes after it is durable; without the time inside the reader (vpcd takes about 44 ms
 * for a command, which no card does) and without the person's, from the question to the digits. Last line: the figures.
 */
const CARDS = 44;
const WAYS: readonly CardWay[] = ['tap', 'pin', 'pin-b'];

await main();

async function main(): Promise<void> {
  buildChangedParts((sentence) => console.log(sentence));
  const folder = await mkdtemp(join(tmpdir(), 'uketsuke-bench-card-'));
  const stack = await PcscStack.start();
  const headquarters = await Headquarters.open();
  try {
    await mkdir(join(folder, CARD_TRUST_DIRECTORY));
    await writeFile(join(folder, CARD_TRUST_DIRECTORY, 'authority.pem'), stack.authority.pem);
    const smartCards = new TimedSmartCards(pcscService());
    const shelterId = await headquarters.createShelter('白川小学校');
    const kiosk = await openShelterKiosk(headquarters, shelterId, { dataDirectory: folder, smartCards });
    try {
      const cards: IssuedVirtualCard[] = [];
      for (let number = 0; number < CARDS; number += 1) cards.push(await stack.card(number));
      await measure(await CardKiosk.of(kiosk.page, stack.slots[0], smartCards), cards);
    } finally {
      await kiosk.close();
    }
  } finally {
    await headquarters.close();
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(kiosk: CardKiosk, cards: readonly IssuedVirtualCard[]): Promise<void> {
  const wayOf = (index: number): CardWay => WAYS[index % WAYS.length] ?? 'tap';
  console.log('Registering the cards that will be tapped …');
  for (const [index, card] of cards.entries()) if (wayOf(index) === 'tap') await kiosk.register(card);

  const latencies: number[] = [];
  const admissions = new Set<string>();
  const commands: Record<CardWay, number> = { tap: 0, pin: 0, 'pin-b': 0 };
  for (const [index, card] of cards.entries()) {
    const way = wayOf(index);
    const { eventId, latencyMs, commandCount, insideMs } = await kiosk.admit(card, way);
    admissions.add(eventId);
    latencies.push(latencyMs);
    commands[way] = Math.max(commands[way], commandCount);
    console.log(`${index + 1}. ${way}: ${latencyMs} ms, ${commandCount} commands, ${insideMs} ms in the reader`);
  }
  const figures = {
    cards: cards.length,
    admitted: admissions.size,
    latencyMs: { p50: percentile(latencies, 0.5), p95: percentile(latencies, 0.95) },
    apdus: { tap: commands.tap, pin: commands.pin, pinB: commands['pin-b'] },
  };
  console.log(JSON.stringify(figures));
}
