import { CodedError } from '../coded-error/coded-error.ts';
import type { BundleRefusal } from '../errors/error-codes.ts';

/** The bundle is refused as a whole (SYN-10); `code` says why. The message holds nothing of its content. */
export class BundleRefusedError extends CodedError<BundleRefusal> {
  override readonly name = 'BundleRefusedError';
}
