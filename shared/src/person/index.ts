export * from './birth-date.ts';
export * from './kana.ts';
export * from './municipalities.ts';
export * from './needs.ts';
export * from './person.ts';
