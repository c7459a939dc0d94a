/** Why a bundle is not taken. Each has its own words where people see it. */
export const BUNDLE_REFUSALS = [
  /** Some other file: a picture, a document. */
  'not-a-bundle',
  /** Begins like a bundle, but was cut short or altered. */
  'bundle-damaged',
  /** A bundle of another city or shelter, or of a device that is not known here. */
  'bundle-foreign',
  /** A bundle format newer than this program. */
  'bundle-too-new',
  /** Larger than a bundle may be. */
  'bundle-too-large',
] as const;
export type BundleRefusal = (typeof BUNDLE_REFUSALS)[number];

/** The bundle is refused as a whole (SYN-10); `code` says why. The message holds nothing of its content. */
export class BundleRefusedError extends Error {
  readonly code: BundleRefusal;
  constructor(code: BundleRefusal, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'BundleRefusedError';
    this.code = code;
  }
}
