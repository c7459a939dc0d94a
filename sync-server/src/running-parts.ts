/** Something that may have to be stopped. */
export interface Part {
  stop?(): void | Promise<void>;
}

/** What was started, to be stopped in reverse order: each before what it stands on. */
export class RunningParts {
  readonly #parts: Part[] = [];

  /** Notes a started part, and gives it back. */
  add<Started extends Part>(part: Started): Started {
    this.#parts.push(part);
    return part;
  }

  /** Stops all of them, the latest first; a second call stops nothing twice. */
  async stop(): Promise<void> {
    for (let part = this.#parts.pop(); part !== undefined; part = this.#parts.pop()) await part.stop?.();
  }
}
