/** Where the script of the hub's page is served: the content security policy wants files of our own origin. */
export const RENEW_SCRIPT_PATH = '/hub-page.js';

/**
 * Keeps the state on the hub's page true: asks for the page every five seconds and puts the new state in the place of the
 * old; says so when the hub does not answer, instead of showing what was. The rest of the page stays as it is, as
 * somebody may be reading it. Plain JavaScript of any browser of the last years; without it the page is true when loaded.
 */
export const RENEW_SCRIPT = `'use strict';
const gone = document.getElementById('gone');
async function renew() {
  try {
    const response = await fetch(location.href, { cache: 'no-store', signal: AbortSignal.timeout(4000) });
    if (!response.ok) throw new Error('no page');
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const [now, next] = [document.getElementById('now'), page.getElementById('now')];
    if (now.innerHTML !== next.innerHTML) now.replaceChildren(...next.childNodes);
    gone.hidden = true;
    now.hidden = false;
  } catch {
    gone.hidden = false;
    document.getElementById('now').hidden = true;
  }
  setTimeout(renew, 5000);
}
setTimeout(renew, 5000);
`;
