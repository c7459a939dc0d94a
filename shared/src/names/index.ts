export { comparableText, comparableWords, isSameText, nameKeys } from './comparable.ts';
