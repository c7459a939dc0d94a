export * from './card-attributes.ts';
