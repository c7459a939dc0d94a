import { build } from 'esbuild';

/** A TypeScript module as one classic script that puts its exports into the global `name`. */
export async function pageScript(path: string, name: string): Promise<string> {
  const result = await build({
    entryPoints: [path],
    bundle: true,
    format: 'iife',
    globalName: name,
    target: 'es2022',
    write: false,
    logLevel: 'warning',
  });
  // `var name` of a script given to a page by the browser's tools is not always global.
  return `${result.outputFiles[0]?.text ?? ''}\nglobalThis.${name} = ${name};`;
}
