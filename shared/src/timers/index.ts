export { type Later, platformTimers, type Timers } from './timers.ts';
