export { type AllWords, availableLanguages, type Catalogues, termsOf, textsOf } from './catalogues.ts';
export * from './languages.ts';
export * from './terms.ts';
