import type { ImportGraph } from './import-graph.ts';

/** An import that must not be: files that `from` matches may not import what `to` matches. */
export interface Ban {
  readonly rule: string;
  readonly from: RegExp;
  readonly to: RegExp;
  /** Also what is reached over other files (types do not count on the way). */
  readonly reached?: boolean;
}

/**
 * The floors of a folder, from the lowest to the topmost. A part may import the parts of lower floors and itself;
 * parts of one floor do not know each other. A part is a folder or a file directly inside, named without its ending.
 */
export interface Layers {
  readonly within: string;
  readonly floors: readonly (readonly string[])[];
}

export interface BoundaryRules {
  readonly bans: readonly Ban[];
  readonly layers: readonly Layers[];
  /** Files that are no part of the layers: tests and what only they use. */
  readonly tests: RegExp;
}

/** One sentence for each import that breaks a rule, each part without a floor, and each circle; none when all is well. */
export function checkBoundaries(graph: ImportGraph, rules: BoundaryRules): string[] {
  return [
    ...rules.bans.flatMap((ban) => (ban.reached ? reachedBans(graph, ban) : directBans(graph, ban))),
    ...rules.layers.flatMap((layers) => climbs(graph, layers, rules.tests)),
    ...circles(graph),
  ];
}

function directBans(graph: ImportGraph, { rule, from, to }: Ban): string[] {
  return [...graph]
    .filter(([file]) => from.test(file))
    .flatMap(([file, imports]) =>
      imports.filter((one) => to.test(one.to)).map((one) => `${rule}: ${file} imports ${one.to}`),
    );
}

function reachedBans(graph: ImportGraph, { rule, from, to }: Ban): string[] {
  const ways = new Map([...graph.keys()].filter((file) => from.test(file)).map((file) => [file, [file]]));
  const broken: string[] = [];
  for (const [file, way] of ways) {
    for (const one of graph.get(file) ?? []) {
      if (one.typesOnly) continue;
      if (to.test(one.to)) broken.push(`${rule}: ${[...way, one.to].join(' → ')}`);
      else if (graph.has(one.to) && !ways.has(one.to)) ways.set(one.to, [...way, one.to]);
    }
  }
  return broken;
}

function climbs(graph: ImportGraph, { within, floors }: Layers, tests: RegExp): string[] {
  const floorOf = new Map(floors.flatMap((parts, floor) => parts.map((part) => [part, floor] as const)));
  const partOf = (path: string) =>
    path.startsWith(`${within}/`) ? (path.slice(within.length + 1).split('/')[0] ?? '').replace(/\.\w+$/, '') : null;
  const unknown = new Set<string>();
  const broken: string[] = [];
  for (const [file, imports] of graph) {
    const part = partOf(file);
    if (part === null || tests.test(file)) continue;
    const floor = floorOf.get(part);
    if (floor === undefined) {
      unknown.add(part);
      continue;
    }
    for (const { to } of imports) {
      const below = partOf(to);
      if (below === null || below === part || !graph.has(to)) continue;
      if ((floorOf.get(below) ?? Number.POSITIVE_INFINITY) >= floor)
        broken.push(`layers of ${within}: ${part} may not import ${below}: ${file} imports ${to}`);
    }
  }
  return [...[...unknown].map((part) => `layers of ${within}: ${part} has no floor; give it one`), ...broken];
}

/** One circle of each knot of files that import each other, types included. */
function circles(graph: ImportGraph): string[] {
  const state = new Map<string, 'open' | 'done'>();
  const found: string[] = [];
  const visit = (file: string, way: readonly string[]) => {
    state.set(file, 'open');
    for (const { to } of graph.get(file) ?? []) {
      if (state.get(to) === 'open') found.push(`no circles: ${[...way.slice(way.indexOf(to)), to].join(' → ')}`);
      else if (graph.has(to) && !state.has(to)) visit(to, [...way, to]);
    }
    state.set(file, 'done');
  };
  for (const file of graph.keys()) if (!state.has(file)) visit(file, [file]);
  return found;
}
