import type { CardConnection, SmartCardService } from '../../kiosk/host/card-reader/smart-card-service.ts';

interface Span {
  readonly from: number;
  readonly to: number;
}

/** A smart-card service that keeps the time spent inside it. Times are ms since 1970 UTC, as the page's are. */
export class TimedSmartCards implements SmartCardService {
  /** When the service last told of a card. */
  detectedAt = 0;
  readonly #service: SmartCardService;
  readonly #spans: Span[] = [];

  constructor(service: SmartCardService) {
    this.#service = service;
  }

  watch: SmartCardService['watch'] = (listener) =>
    this.#service.watch({
      ...listener,
      slotChanged: (slot, insertion) => {
        if (insertion !== null) this.detectedAt = Date.now();
        const timed = {
          name: slot.name,
          connect: async () => this.#timedConnection(await this.#timed(() => slot.connect())),
        };
        listener.slotChanged(timed, insertion);
      },
    });

  /** How much of the time between was spent in the reader: powering up and off, and carrying commands. */
  timeInside(from: number, to: number): number {
    return this.#spans.reduce((sum, span) => sum + Math.max(0, Math.min(to, span.to) - Math.max(from, span.from)), 0);
  }

  #timedConnection(connection: CardConnection): CardConnection {
    return {
      transmit: (command) => this.#timed(() => connection.transmit(command)),
      powerOff: () => this.#timed(() => connection.powerOff()),
    };
  }

  async #timed<Result>(work: () => Promise<Result>): Promise<Result> {
    const from = Date.now();
    try {
      return await work();
    } finally {
      this.#spans.push({ from, to: Date.now() });
    }
  }
}
