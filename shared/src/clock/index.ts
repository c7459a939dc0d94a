export * from './elapsed.ts';
export * from './hybrid-clock.ts';
