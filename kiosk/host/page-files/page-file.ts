import { readFile } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import { errorCode } from '../files/durable-file.ts';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

export interface PageFile {
  readonly body: Buffer;
  readonly mediaType: string;
  /** Whether it is the page itself, which must not be cached. */
  readonly isIndex: boolean;
}

/**
 * Where a request path lies under `directory`; null when it lies outside, is malformed or of a kind we do not serve.
 * @param pathname as in a URL, still percent-encoded
 */
export function resolvePageFile(directory: string, pathname: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return null;
  const root = resolve(directory);
  const path = resolve(root, `.${join('/', decoded === '/' || decoded === '' ? 'index.html' : decoded)}`);
  if (!path.startsWith(root + sep)) return null;
  if (
    path
      .slice(root.length)
      .split(sep)
      .some((part) => part.startsWith('.'))
  )
    return null;
  return MEDIA_TYPES[extname(path)] === undefined ? null : path;
}

/** Reads a file of the built page; null where there is none. */
export async function readPageFile(directory: string, pathname: string): Promise<PageFile | null> {
  const path = resolvePageFile(directory, pathname);
  if (path === null) return null;
  try {
    const body = await readFile(path);
    const mediaType = MEDIA_TYPES[extname(path)] ?? 'application/octet-stream';
    return { body, mediaType, isIndex: path === join(resolve(directory), 'index.html') };
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT' || errorCode(cause) === 'EISDIR') return null;
    throw cause;
  }
}
