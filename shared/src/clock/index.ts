export * from './elapsed.ts';
export * from './hybrid-clock.ts';
export * from './receipt-bound.ts';
