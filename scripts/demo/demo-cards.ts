import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { CARD_TRUST_DIRECTORY } from '../../kiosk/host/card-reader/certificate-trust.ts';
import { CardAuthority } from '../../testbed/virtual-card/card-authority.ts';
import { hasVirtualReader, Pcscd } from '../../testbed/virtual-card/pcscd.ts';
import { type Persona, personaOf } from '../../testbed/virtual-card/persona.ts';
import { type CardBehaviour, VirtualCard } from '../../testbed/virtual-card/virtual-card.ts';
import { VpcdSlot } from '../../testbed/virtual-card/vpcd-slot.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const PEOPLE = 6;

/** A card of the demonstration: whose, what is special about it, and how it behaves. */
interface DemoCard {
  readonly note: string;
  readonly behaviour: CardBehaviour;
  readonly isExpired?: boolean;
}

const CARDS: readonly DemoCard[] = [
  ...Array.from({ length: PEOPLE }, (): DemoCard => ({ note: '', behaviour: {} })),
  { note: '電子証明書の期限切れ / expired certificate', behaviour: {}, isExpired: true },
  { note: '暗証番号がロックされたカード / blocked PIN', behaviour: { pinTries: 0 } },
  { note: 'スマートフォン / smartphone', behaviour: { kind: 'phone' } },
  { note: '交通系ICカード / transit card', behaviour: { kind: 'transit-card' } },
];

const storedSchema = z.object({ authority: z.string(), certificates: z.array(z.base64()).length(CARDS.length) });

/** What the demonstration page shows of a card. */
export interface ShownCard {
  readonly number: number;
  /** Null for what is no My Number card. */
  readonly persona: Persona | null;
  readonly note: string;
}

/** Invented My Number cards and a virtual reader to lay them on. */
export class DemoCards {
  readonly shown: readonly ShownCard[];
  readonly #cards: readonly VirtualCard[];
  readonly #slot = new VpcdSlot();
  readonly #pcscd: Pcscd | null;

  private constructor(cards: readonly VirtualCard[], pcscd: Pcscd | null) {
    this.#cards = cards;
    this.#pcscd = pcscd;
    this.shown = CARDS.map(({ note, behaviour }, number) => ({
      number,
      note,
      persona: behaviour.kind === undefined ? personaOf(number) : null,
    }));
  }

  /**
   * Starts a pcscd with the virtual reader, unless one runs already, and has the kiosk of `kioskData` trust the cards,
   * which stay the same from start to start.
   * @throws PcscdUnavailable when there is no virtual reader to be had
   */
  static async open(options: { readonly dataDirectory: string; readonly kioskData: string }): Promise<DemoCards> {
    const pcscd = (await hasVirtualReader()) ? null : await Pcscd.start();
    const { authority, certificates } = await cardsOf(join(options.dataDirectory, 'demo-cards.json'));
    const trust = join(options.kioskData, CARD_TRUST_DIRECTORY);
    await mkdir(trust, { recursive: true, mode: 0o700 });
    await writeFile(join(trust, 'demo-authority.pem'), authority);
    const cards = CARDS.map(
      ({ behaviour }, number) =>
        new VirtualCard({
          ...behaviour,
          persona: personaOf(number),
          certificate: Buffer.from(certificates[number] ?? '', 'base64'),
        }),
    );
    return new DemoCards(cards, pcscd);
  }

  /** Lays the card of that number on the reader in place of the one there; false when there is no such card. */
  async insert(number: number): Promise<boolean> {
    const card = this.#cards[number];
    if (card === undefined) return false;
    await this.#slot.insert(card);
    return true;
  }

  remove(): Promise<void> {
    return this.#slot.remove();
  }

  async stop(): Promise<void> {
    await this.#slot.remove();
    await this.#pcscd?.stop();
  }
}

async function cardsOf(path: string): Promise<z.infer<typeof storedSchema>> {
  if (existsSync(path)) return storedSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  const authority = await CardAuthority.make();
  const certificates: string[] = [];
  for (const { isExpired } of CARDS) {
    const dates = isExpired === true ? { from: Date.now() - 2_000 * DAY_MS, to: Date.now() - 30 * DAY_MS } : {};
    certificates.push(Buffer.from(await authority.issue(dates)).toString('base64'));
  }
  const made = { authority: authority.pem, certificates };
  await writeFile(path, JSON.stringify(made), { mode: 0o600 });
  return made;
}
