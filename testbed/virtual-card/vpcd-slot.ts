import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { PULLED, type VirtualCard } from './virtual-card.ts';

/** vsmartcard's virtual reader: each of its slots listens on a port, the second one port further. */
export const VPCD_PORT = 35_963;
/** Answer to reset of a contactless card (PC/SC part 3): `3B 88 80 01`, eight bytes, check byte. */
const ANSWER_TO_RESET = withCheckByte([0x3b, 0x88, 0x80, 0x01, 0x00, 0x00, 0x00, 0x00, 0x33, 0x81, 0x81, 0x00]);
/**
 * pcscd looks at a reader every 400 ms, and overlooks for good a card that takes another's place between two looks
 * (1.9.9). No hand is that quick, but a program is.
 */
const EMPTY_FOR_MS = 1_200;
/** Messages of one byte are vpcd's own; all others are commands to the card. */
const CONTROL = { powerOff: 0, powerOn: 1, reset: 2, answerToReset: 4 } as const;

/** One slot of the virtual reader, into which a virtual card is put by connecting to it. */
export class VpcdSlot {
  readonly #port: number;
  #socket: Socket | null = null;
  #emptySince = Number.NEGATIVE_INFINITY;

  /** `slot` is 0 or 1. */
  constructor(slot = 0) {
    this.#port = VPCD_PORT + slot;
  }

  /**
   * Puts the card in; the one before is taken out. Resolves when it is in, which pcscd notices a little later.
   * @throws the system's error when nobody listens
   */
  async insert(card: VirtualCard): Promise<void> {
    await this.remove();
    await pause(Math.max(0, this.#emptySince + EMPTY_FOR_MS - performance.now()));
    const socket = connect({ host: '127.0.0.1', port: this.#port, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    socket.once('close', () => {
      this.#emptySince = performance.now();
    });
    card.inserted();
    this.#socket = socket;
    serve(card, socket);
  }

  /** Pulls the card out, if there is one. */
  async remove(): Promise<void> {
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null || socket.destroyed) return;
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.destroy();
    });
  }
}

function serve(card: VirtualCard, socket: Socket): void {
  let waiting = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    waiting = Buffer.concat([waiting, bytes]);
    while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE()) {
      const end = 2 + waiting.readUInt16BE();
      const message = waiting.subarray(2, end);
      waiting = waiting.subarray(end);
      const answer = answerTo(card, message);
      if (answer === PULLED) socket.destroy();
      else if (answer !== null) send(socket, answer);
    }
  });
}

function answerTo(card: VirtualCard, message: Uint8Array): Uint8Array | typeof PULLED | null {
  if (message.length !== 1) return card.answer(message);
  switch (message[0]) {
    case CONTROL.answerToReset:
      return ANSWER_TO_RESET;
    case CONTROL.powerOn:
      return null;
    default:
      card.powerOff();
      return null;
  }
}

function send(socket: Socket, message: Uint8Array): void {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  socket.write(Buffer.concat([length, message]));
}

function withCheckByte(bytes: readonly number[]): Uint8Array {
  return Uint8Array.from([...bytes, bytes.slice(1).reduce((sum, byte) => sum ^ byte, 0)]);
}
