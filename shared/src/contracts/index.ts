export * from './bundles.ts';
export * from './cards.ts';
export * from './enrolment.ts';
export * from './headquarters.ts';
export * from './problem.ts';
export * from './sync.ts';
