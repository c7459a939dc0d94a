export * from './sample-households.ts';
