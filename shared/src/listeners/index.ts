export * from './listeners.ts';
