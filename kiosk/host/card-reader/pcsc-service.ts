import { setTimeout as pause } from 'node:timers/promises';
import type * as Pcsc from 'pcsc-mini';
import {
  CardBusy,
  type CardConnection,
  CardRemoved,
  CardSilent,
  type CardSlot,
  type SmartCardListener,
  type SmartCardService,
  SmartCardsUnavailable,
} from './smart-card-service.ts';

type PcscModule = typeof Pcsc;

/** Room for an answer of extended length and its status. The library's own default (264 bytes) refuses such answers. */
const ANSWER_MAX_BYTES = 65_536 + 2;
/** Windows and pcsc-lite count the insertions of a reader in the upper half of its state (SCardGetStatusChange). */
const INSERTION_SHIFT = 16;
/**
 * `Client.stop()` blocks the whole program for ever when its thread is not waiting for news at that very moment
 * (pcsc-mini 0.1.3: 1 of 200 stops within 8 ms of the start). So it is called only when all has been quiet this long.
 */
const QUIET_MS = 250;

/**
 * Every client that was started, for as long as the program runs. When a client whose service has died is collected as
 * garbage, pcsc-mini 0.1.3 throws an uncaught exception (`InvalidHandle`), which would end the kiosk.
 */
const startedClients: Pcsc.Client[] = [];

/**
 * PC/SC through pcsc-mini: winscard on Windows, pcsc-lite elsewhere. The library is loaded at the first use, so that a
 * machine without it runs the kiosk all the same, and takes it up when it has been installed.
 */
export function pcscService(load: () => Promise<PcscModule> = () => import('pcsc-mini')): SmartCardService {
  return {
    watch: async (listener) => {
      const pcsc = await load().catch((cause: unknown) => {
        throw new SmartCardsUnavailable('no-pcsc', { cause });
      });
      return watchReaders(pcsc, listener);
    },
  };
}

function watchReaders(pcsc: PcscModule, listener: SmartCardListener): () => Promise<void> {
  // A client that has seen its service die is of no use any more: each watch has its own.
  const client = new pcsc.Client();
  let ended = false;
  let lastNewsAt = performance.now();
  const stop = () => {
    try {
      client.stop();
    } catch {
      // The service has gone already.
    }
  };
  client.on('error', () => {
    // The client's thread has ended by itself.
    stop();
    if (ended) return;
    ended = true;
    listener.failed();
  });
  client.on('reader', (reader) => {
    const slot = slotOf(pcsc, reader);
    reader.on('change', (status) => {
      lastNewsAt = performance.now();
      if (ended) return;
      const present = status.has(pcsc.ReaderStatus.PRESENT);
      listener.slotChanged(slot, present ? status.raw >>> INSERTION_SHIFT : null);
    });
    reader.on('disconnect', () => {
      lastNewsAt = performance.now();
      if (!ended) listener.slotGone(slot.name);
    });
  });
  try {
    client.start();
  } catch (cause) {
    ended = true;
    throw new SmartCardsUnavailable(process.platform === 'win32' ? 'no-reader' : 'service-stopped', { cause });
  }
  startedClients.push(client);
  return async () => {
    if (ended) return;
    ended = true;
    for (;;) {
      const noisyFor = lastNewsAt + QUIET_MS - performance.now();
      if (noisyFor <= 0) break;
      await pause(noisyFor);
    }
    if (client.running()) stop();
  };
}

function slotOf(pcsc: PcscModule, reader: Pcsc.Reader): CardSlot {
  return {
    name: reader.name(),
    connect: async () => {
      try {
        return connectionOver(pcsc, await reader.connect(pcsc.CardMode.EXCLUSIVE));
      } catch (cause) {
        throw connectFault(cause);
      }
    },
  };
}

function connectionOver(pcsc: PcscModule, card: Pcsc.Card): CardConnection {
  return {
    transmit: async (command) => {
      try {
        return await card.transmit(command, new ArrayBuffer(ANSWER_MAX_BYTES));
      } catch (cause) {
        throw new CardRemoved({ cause });
      }
    },
    powerOff: async () => {
      try {
        await card.disconnect(pcsc.CardDisposition.UNPOWER);
      } catch {
        // Gone, and with it whatever had been verified.
      }
    },
  };
}

function connectFault(cause: unknown): CardBusy | CardSilent | CardRemoved {
  switch (codeOf(cause)) {
    case 'SharingViolation':
      return new CardBusy({ cause });
    case 'UnresponsiveCard':
    case 'UnpoweredCard':
    case 'UnsupportedCard':
    case 'ProtoMismatch':
      return new CardSilent({ cause });
    default:
      return new CardRemoved({ cause });
  }
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}
