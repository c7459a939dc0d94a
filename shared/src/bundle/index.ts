export * from './bundle-errors.ts';
export {
  BUNDLE_EXTENSION,
  BUNDLE_MAX_BYTES,
  type BundleContent,
  type BundleEnd,
  type BundleHeader,
  bundleFileName,
} from './bundle-format.ts';
export * from './open-bundle.ts';
export * from './write-bundle.ts';
