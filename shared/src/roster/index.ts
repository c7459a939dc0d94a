export * from './admission.ts';
export * from './duplicate-index.ts';
export * from './fold.ts';
export * from './kana-order.ts';
export * from './matching.ts';
export * from './same-person.ts';
export * from './search.ts';
