import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseSync } from 'vite';
import * as z from 'zod';

/** One import of a file: where it leads and whether anything of it is left when the types are gone. */
export interface Import {
  /** Path from the root with `/`, or a specifier like `node:fs` or `react` for what is not in the project. */
  readonly to: string;
  /** True when only types are imported. */
  readonly typesOnly: boolean;
}

/** Every source file of the project (path from the root with `/`) and its imports. */
export type ImportGraph = ReadonlyMap<string, readonly Import[]>;

const packageSchema = z.object({
  name: z.string(),
  workspaces: z.array(z.string()).default([]),
  exports: z.record(z.string(), z.string()).default({}),
});

const SOURCE = /(?<!\.d)\.(ts|tsx|mjs)$/;
const NO_SOURCE = new Set(['node_modules', 'dist', 'dist-host', 'dist-electron', 'data', 'test-data']);
/** `import('…')` in code and in types, and the file of a worker; found by text, so they may also stand in a string. */
const LATE_IMPORT = /(?<![.\w])import\('([^']+)'\)/g;
const WORKER_FILE = /new URL\('([^']+\.tsx?)', import\.meta\.url\)/g;

/**
 * Reads the imports of every source file under a root with Oxc (by way of Vite, which is here already).
 * @throws Error for an import of a project file that does not exist
 */
export function readImportGraph(root: string): ImportGraph {
  const packages = packageExports(root);
  const graph = new Map<string, Import[]>();
  for (const file of sourceFiles(root, '')) {
    graph.set(
      file,
      importsOf(root, file).map(({ to, typesOnly }) => ({
        to: resolved(root, file, to, packages),
        typesOnly,
      })),
    );
  }
  return graph;
}

function sourceFiles(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || NO_SOURCE.has(entry.name)) return [];
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(root, path);
    return SOURCE.test(entry.name) ? [path] : [];
  });
}

function importsOf(root: string, file: string): Import[] {
  const source = readFileSync(join(root, file), 'utf8');
  const { staticImports, staticExports } = parseSync(file, source).module;
  const late = [...source.matchAll(LATE_IMPORT), ...source.matchAll(WORKER_FILE)].flatMap(([, to = '']) =>
    !to.startsWith('.') || existsSync(join(root, posix.dirname(file), to)) ? [to] : [],
  );
  return [
    ...staticImports.map(({ moduleRequest, entries }) => ({
      to: moduleRequest.value,
      typesOnly: entries.length > 0 && entries.every((entry) => entry.isType),
    })),
    ...staticExports
      .flatMap(({ entries }) => entries)
      .flatMap((entry) =>
        entry.moduleRequest === null ? [] : [{ to: entry.moduleRequest.value, typesOnly: entry.isType }],
      ),
    ...late.map((to) => ({ to, typesOnly: false })),
  ];
}

/** What each package gives to others: `@uketsuke/shared/card` → `shared/src/card/index.ts`. */
function packageExports(root: string): Map<string, string> {
  const read = (folder: string) =>
    packageSchema.parse(JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')));
  return new Map(
    read('').workspaces.flatMap((folder) => {
      const { name, exports } = read(folder);
      return Object.entries(exports).map(([way, path]): [string, string] => [
        posix.join(name, way),
        posix.join(folder, path),
      ]);
    }),
  );
}

function resolved(root: string, from: string, to: string, packages: ReadonlyMap<string, string>): string {
  const inPackage = packages.get(to);
  if (inPackage !== undefined) return inPackage;
  if (!to.startsWith('.')) return to;
  const path = posix.join(posix.dirname(from), to.replace(/\?.*$/, ''));
  if (!existsSync(join(root, path))) throw new Error(`${from} imports ${to}, and there is no such file`);
  return path;
}
