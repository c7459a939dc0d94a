import { serveGallerySources } from '../kiosk/gallery/gallery-site.ts';

/**
 * The gallery of the kiosk's screens, over its sources: what is edited shows at once. Ends with Ctrl+C.
 *
 *   npm run gallery [-- --port 8490]
 */
const DEFAULT_PORT = 8490;

const at = process.argv.indexOf('--port');
const port = at === -1 ? DEFAULT_PORT : Number(process.argv[at + 1]);
if (!Number.isInteger(port) || port < 1 || port > 65_535) {
  console.error('usage: npm run gallery [-- --port <port>]');
  process.exit(2);
}
const site = await serveGallerySources(port);
console.log(`Gallery of the kiosk's screens: ${site.origin}/gallery/index.html`);
