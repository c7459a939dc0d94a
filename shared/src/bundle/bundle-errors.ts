import type { BundleRefusal } from '../errors/error-codes.ts';

/** The bundle is refused as a whole (SYN-10); `code` says why. The message holds nothing of its content. */
export class BundleRefusedError extends Error {
  readonly code: BundleRefusal;
  constructor(code: BundleRefusal, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'BundleRefusedError';
    this.code = code;
  }
}
