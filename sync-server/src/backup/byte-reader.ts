const LINE_FEED = 10;

/** Takes a stream of bytes apart by length or by line. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #waiting: Buffer = Buffer.alloc(0);
  #isOver = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next line with its line feed; undefined when there is none within `maxBytes`. */
  async line(maxBytes: number): Promise<Buffer | undefined> {
    for (;;) {
      const feed = this.#waiting.indexOf(LINE_FEED);
      if (feed >= 0) return feed < maxBytes ? this.#take(feed + 1) : undefined;
      if (this.#waiting.length >= maxBytes || !(await this.#more())) return undefined;
    }
  }

  /** The next `length` bytes; undefined when there are not so many. */
  async exactly(length: number): Promise<Buffer | undefined> {
    while (this.#waiting.length < length) if (!(await this.#more())) return undefined;
    return this.#take(length);
  }

  /** Whether every byte has been taken. */
  async isAtEnd(): Promise<boolean> {
    while (this.#waiting.length === 0) if (!(await this.#more())) return true;
    return false;
  }

  async #more(): Promise<boolean> {
    if (this.#isOver) return false;
    const next = await this.#source.next();
    if (next.done === true) {
      this.#isOver = true;
      return false;
    }
    this.#waiting = Buffer.concat([this.#waiting, next.value]);
    return true;
  }

  #take(length: number): Buffer {
    const taken = this.#waiting.subarray(0, length);
    this.#waiting = this.#waiting.subarray(length);
    return taken;
  }
}
