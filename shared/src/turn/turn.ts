/** Lets jobs run one after the other, in the order they came. A job that fails does not hold up the next. */
export class Turn {
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Runs `job` when everything enqueued before it has ended. A job must not wait for another one of the same turn.
   * @returns what the job returns; rejects as the job does. Of a failure nobody waits for, nobody hears.
   */
  run<Result>(job: () => Result | Promise<Result>): Promise<Result> {
    const result = this.#last.then(job);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Resolves when everything enqueued so far has ended, well or not. */
  async settled(): Promise<void> {
    await this.#last;
  }
}
