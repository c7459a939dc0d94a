export * from './authenticity.ts';
export * from './events.ts';
export * from './fold.ts';
export * from './matching.ts';
export * from './reception-desk.ts';
