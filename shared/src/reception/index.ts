export * from './authenticity.ts';
export * from './events.ts';
export * from './record-event.ts';
