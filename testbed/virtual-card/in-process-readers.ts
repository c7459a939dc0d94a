import {
  CardBusy,
  type CardConnection,
  CardRemoved,
  type CardSlot,
  type SmartCardListener,
  type SmartCardService,
  SmartCardsUnavailable,
} from '../../kiosk/host/card-reader/smart-card-service.ts';
import { PULLED, type VirtualCard } from './virtual-card.ts';

/** A smart-card service inside this program, with virtual readers and cards: what a test need not run pcscd for. */
export class InProcessReaders implements SmartCardService {
  readonly #readers = new Map<string, InProcessReader>();
  #listener: SmartCardListener | null = null;
  #isRunning = true;
  watches = 0;

  async watch(listener: SmartCardListener): Promise<() => Promise<void>> {
    this.watches += 1;
    if (!this.#isRunning) throw new SmartCardsUnavailable('service-stopped');
    this.#listener = listener;
    for (const reader of this.#readers.values()) listener.slotChanged(reader, reader.insertion);
    return async () => {
      if (this.#listener === listener) this.#listener = null;
    };
  }

  /** Plugs a reader in. */
  plugIn(name: string, options: { powerOffLooksLikeRemoval?: boolean } = {}): InProcessReader {
    const reader = new InProcessReader(name, (insertion) => this.#listener?.slotChanged(reader, insertion), options);
    this.#readers.set(name, reader);
    this.#listener?.slotChanged(reader, null);
    return reader;
  }

  /** Unplugs it, with the card in it. */
  unplug(reader: InProcessReader): void {
    reader.remove({ silently: true });
    this.#readers.delete(reader.name);
    this.#listener?.slotGone(reader.name);
  }

  /** The service dies; cards in the readers lose their power. */
  die(): void {
    this.#isRunning = false;
    for (const reader of this.#readers.values()) reader.disconnect();
    const listener = this.#listener;
    this.#listener = null;
    listener?.failed();
  }

  comeBack(): void {
    this.#isRunning = true;
  }
}

/** One reader of InProcessReaders. */
export class InProcessReader implements CardSlot {
  readonly name: string;
  readonly #tell: (insertion: number | null) => void;
  readonly #powerOffLooksLikeRemoval: boolean;
  #card: VirtualCard | null = null;
  #insertions = 0;
  #connection = 0;
  #isConnected = false;

  constructor(name: string, tell: (insertion: number | null) => void, options: { powerOffLooksLikeRemoval?: boolean }) {
    this.name = name;
    this.#tell = tell;
    this.#powerOffLooksLikeRemoval = options.powerOffLooksLikeRemoval ?? false;
  }

  get insertion(): number | null {
    return this.#card === null ? null : this.#insertions;
  }

  insert(card: VirtualCard): void {
    this.disconnect();
    card.inserted();
    this.#card = card;
    this.#insertions += 1;
    this.#tell(this.#insertions);
  }

  remove(options: { silently?: boolean } = {}): void {
    this.disconnect();
    if (this.#card === null) return;
    this.#card = null;
    if (options.silently !== true) this.#tell(null);
  }

  /** Ends the connection to the card, as PC/SC does when the card loses its power. */
  disconnect(): void {
    this.#isConnected = false;
    this.#connection += 1;
    this.#card?.powerOff();
  }

  async connect(): Promise<CardConnection> {
    if (this.#card === null) throw new CardRemoved();
    if (this.#isConnected) throw new CardBusy();
    this.#isConnected = true;
    const connection = this.#connection;
    const isOver = () => connection !== this.#connection;
    return {
      transmit: async (command) => {
        const card = this.#card;
        if (isOver() || card === null) throw new CardRemoved();
        const answer = card.answer(command);
        if (answer !== PULLED) return answer;
        this.remove();
        return new Uint8Array();
      },
      powerOff: async () => {
        if (isOver()) return;
        this.disconnect();
        const card = this.#card;
        if (!this.#powerOffLooksLikeRemoval || card === null) return;
        this.#card = null;
        this.#tell(null);
        setTimeout(() => {
          this.#card = card;
          this.#insertions += 1;
          this.#tell(this.#insertions);
        }, 100);
      },
    };
  }
}
