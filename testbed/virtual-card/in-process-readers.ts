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
  plugIn(name: string, options: ReaderBehaviour = {}): InProcessReader {
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

/** How readers are known to differ. */
export interface ReaderBehaviour {
  /** A card that is powered off is reported gone, and back after a moment. */
  readonly powerOffLooksLikeRemoval?: boolean;
  /** How long that moment is, ms. */
  readonly backAfterMs?: number;
  /** Commands of extended length are not carried: the card is lost by them. */
  readonly losesExtendedCommands?: boolean;
  /** The card is lost by every command, and lies there still. */
  readonly losesCommands?: boolean;
}

const BACK_AFTER_MS = 100;

/** One reader of InProcessReaders. */
export class InProcessReader implements CardSlot {
  readonly name: string;
  readonly #tell: (insertion: number | null) => void;
  readonly #behaviour: ReaderBehaviour;
  #card: VirtualCard | null = null;
  #insertions = 0;
  #connection = 0;
  #isConnected = false;
  /** A card that only looks gone, and will be back. */
  #return: ReturnType<typeof setTimeout> | undefined;

  constructor(name: string, tell: (insertion: number | null) => void, behaviour: ReaderBehaviour) {
    this.name = name;
    this.#tell = tell;
    this.#behaviour = behaviour;
  }

  get insertion(): number | null {
    return this.#card === null ? null : this.#insertions;
  }

  insert(card: VirtualCard): void {
    clearTimeout(this.#return);
    this.disconnect();
    card.inserted();
    this.#card = card;
    this.#insertions += 1;
    this.#tell(this.#insertions);
  }

  remove(options: { silently?: boolean } = {}): void {
    clearTimeout(this.#return);
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
        const isExtended = command.length === 7 && command[1] === 0xb0;
        const { losesCommands = false, losesExtendedCommands = false } = this.#behaviour;
        if (losesCommands) card.answer(command);
        if (losesCommands || (isExtended && losesExtendedCommands)) throw new CardRemoved();
        const answer = card.answer(command);
        if (answer !== PULLED) return answer;
        this.remove();
        return new Uint8Array();
      },
      powerOff: async () => {
        if (isOver()) return;
        this.disconnect();
        const card = this.#card;
        if (this.#behaviour.powerOffLooksLikeRemoval !== true || card === null) return;
        this.#card = null;
        this.#tell(null);
        this.#return = setTimeout(() => {
          this.#card = card;
          this.#insertions += 1;
          this.#tell(this.#insertions);
        }, this.#behaviour.backAfterMs ?? BACK_AFTER_MS);
      },
    };
  }
}
