export * from './attributes.ts';
export * from './pin-b.ts';
