export * from './languages.ts';
export * from './terms.ts';
