import type { LogProjection } from './event-log/log-projection.ts';
import type { Route } from './http/routes.ts';

/** A part of the server: what it answers, what it makes of the shelters' logs, and how it ends. */
export interface Area {
  readonly routes: readonly Route[];
  readonly projections?: readonly LogProjection[];
  stop?(): void | Promise<void>;
}
