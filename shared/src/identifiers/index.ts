export * from './base32.ts';
export * from './identifiers.ts';
