import type { LogProjection } from './event-log/log-projection.ts';
import type { Route } from './http/routes.ts';

/** A part of the server: what it answers, what it makes of the shelters' logs, and how it ends. */
export interface Area {
  /** By the path they are mounted at, e.g. `/hq/v1`. */
  readonly routes: Readonly<Record<string, readonly Route[]>>;
  readonly projections?: readonly LogProjection[];
  stop?(): void | Promise<void>;
}

/** The routes of all areas, by the path they are mounted at; those of one path in the order of the areas. */
export function routesByPath(areas: readonly Area[]): Readonly<Record<string, readonly Route[]>> {
  const byPath: Record<string, readonly Route[]> = {};
  for (const { routes } of areas) {
    for (const [path, own] of Object.entries(routes)) byPath[path] = [...(byPath[path] ?? []), ...own];
  }
  return byPath;
}
