export * from './attributes.ts';
export * from './directory.ts';
export * from './directory-key.ts';
export * from './household-of-attributes.ts';
export * from './link-history.ts';
export * from './link-proof.ts';
export * from './pin-b.ts';
