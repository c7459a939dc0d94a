import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJson } from '@uketsuke/shared/json';
import express, { type RequestHandler, type Response, Router } from 'express';
import * as z from 'zod';
import { RequestRefusedError } from './request-refused.ts';

const packageSchema = z.object({ name: z.string() });

/** The same from `src/http` as from the bundle in `dist`. */
const workspace = findWorkspace();

/** Where the built pages are. */
export const PAGE_FOLDERS = {
  hq: join(workspace, 'console', 'dist'),
  card: join(workspace, '..', 'resident-card', 'dist'),
} as const;

/**
 * Serves a built single-page application. Files named after their content may be kept for ever; the entry page,
 * the service worker and the like are asked for each time. Addresses without a file extension get the entry page.
 */
export function servePage(folder: string): Router {
  const router = Router();
  router.use(express.static(folder, { setHeaders: setCaching, dotfiles: 'ignore' }));
  router.get('/{*path}', ((request, response) => {
    if (/\.\w+$/.test(request.path)) throw new RequestRefusedError(404, 'not-found', 'no such file');
    if (!existsSync(join(folder, 'index.html'))) {
      throw new RequestRefusedError(404, 'not-found', 'this page has not been built: npm run build');
    }
    setCaching(response, 'index.html');
    response.sendFile('index.html', { root: folder, cacheControl: false });
  }) satisfies RequestHandler);
  return router;
}

function setCaching(response: Response, path: string): void {
  const isNamedByContent = /[/\\]assets[/\\]/.test(path) && /-[\w-]{8,}\.\w+$/.test(basename(path));
  response.set('Cache-Control', isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache');
}

/** The workspace's own folder, known by its package's name: others lie above it that have a package.json, too. */
function findWorkspace(): string {
  for (const up of ['..', '../..']) {
    const folder = fileURLToPath(new URL(up, import.meta.url));
    if (packageNameIn(folder) === '@uketsuke/sync-server') return folder;
  }
  throw new Error('the sync-server folder was not found');
}

function packageNameIn(folder: string): string | undefined {
  const path = join(folder, 'package.json');
  return existsSync(path) ? readJson(readFileSync(path, 'utf8'), packageSchema)?.name : undefined;
}
