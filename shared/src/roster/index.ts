export * from './admission.ts';
export * from './fold.ts';
export * from './kana-order.ts';
export * from './matching.ts';
