import { X509Certificate } from 'node:crypto';
import type { CardReader, CardReaderState } from '../../kiosk/host/card-reader/card-reader.ts';
import { CardReaderSession } from '../../kiosk/host/card-reader/card-reader-session.ts';
import { CertificateTrust } from '../../kiosk/host/card-reader/certificate-trust.ts';
import { pcscService } from '../../kiosk/host/card-reader/pcsc-service.ts';
import type { SmartCardService } from '../../kiosk/host/card-reader/smart-card-service.ts';
import { CardAuthority } from './card-authority.ts';
import { type MachineTurn, takePcscdTurn } from './machine-turn.ts';
import { Pcscd } from './pcscd.ts';
import { type Persona, personaOf } from './persona.ts';
import { type CardBehaviour, VirtualCard } from './virtual-card.ts';
import { VpcdSlot } from './vpcd-slot.ts';

const STATE_WITHIN_MS = 90_000;

/** pcscd with the two slots of the virtual reader, and an authority that issues cards for them. */
export class PcscStack {
  readonly slots = [new VpcdSlot(0), new VpcdSlot(1)] as const;
  readonly authority: CardAuthority;
  readonly pcscd: Pcscd;
  readonly #turn: MachineTurn;

  private constructor(authority: CardAuthority, pcscd: Pcscd, turn: MachineTurn) {
    this.authority = authority;
    this.pcscd = pcscd;
    this.#turn = turn;
  }

  /** Waits for its turn where another program of ours has the machine's pcscd. */
  static async start(): Promise<PcscStack> {
    const turn = await takePcscdTurn();
    try {
      return new PcscStack(await CardAuthority.make(), await Pcscd.start(), turn);
    } catch (error) {
      await turn.end();
      throw error;
    }
  }

  /** Trust in this authority's cards, as a folder of anchors would give it. */
  get trust(): CertificateTrust {
    return new CertificateTrust({ anchors: [new X509Certificate(this.authority.pem)] });
  }

  /** A card with a certificate of its own, for the persona of that number. */
  async card(number: number, behaviour: CardBehaviour = {}): Promise<IssuedVirtualCard> {
    const persona = personaOf(number);
    const certificate = await this.authority.issue();
    return { persona, certificate, card: new VirtualCard({ persona, certificate, ...behaviour }) };
  }

  async stop(): Promise<void> {
    for (const slot of this.slots) await slot.remove();
    await this.pcscd.stop();
    await this.#turn.end();
  }
}

export interface IssuedVirtualCard {
  readonly persona: Persona;
  readonly certificate: Uint8Array;
  readonly card: VirtualCard;
}

/** A card reader whose states are kept, to be waited for. */
export class WatchedReader {
  readonly reader: CardReader;
  readonly seen: CardReaderState[] = [];
  #wake: () => void = () => undefined;
  #looked = 0;

  constructor(trust: CertificateTrust, service: SmartCardService = pcscService()) {
    this.reader = new CardReaderSession({ service, trust, now: Date.now });
    this.reader.subscribe((state) => {
      this.seen.push(state);
      this.#wake();
    });
  }

  /** Waits until the reader is there with no card in it. */
  async ready(): Promise<void> {
    while (!['waiting', 'removed-early'].includes(this.reader.state().kind)) await this.#news();
    this.forget();
  }

  /** The next state of this kind that nobody has waited for yet; the states before it are passed over. */
  async next<Kind extends CardReaderState['kind']>(kind: Kind): Promise<Extract<CardReaderState, { kind: Kind }>> {
    for (;;) {
      for (const state of this.seen.slice(this.#looked)) {
        this.#looked += 1;
        if (isOfKind(state, kind)) return state;
      }
      await this.#news();
    }
  }

  /** Forgets the states so far. */
  forget(): void {
    this.seen.length = 0;
    this.#looked = 0;
  }

  kinds(): CardReaderState['kind'][] {
    return this.seen.map(({ kind }) => kind);
  }

  #news(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no news of the reader for ${STATE_WITHIN_MS} ms; seen ${this.kinds().join(', ')}`)),
        STATE_WITHIN_MS,
      );
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  close(): Promise<void> {
    return this.reader.close();
  }
}

function isOfKind<Kind extends CardReaderState['kind']>(
  state: CardReaderState,
  kind: Kind,
): state is Extract<CardReaderState, { kind: Kind }> {
  return state.kind === kind;
}
