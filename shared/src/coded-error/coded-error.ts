/**
 * An error that says by `code` what went wrong, for programs, and by its message, for the log: never with personal data.
 * Each kind is a class of its own that states its `name`: taken from the class, it would not survive minifying.
 */
export abstract class CodedError<Code extends string> extends Error {
  abstract override readonly name: string;
  readonly code: Code;

  constructor(code: Code, message: string = code, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
