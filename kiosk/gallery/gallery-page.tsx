import { relayStateSchema } from '@uketsuke/shared/contracts';
import { CARD_REFUSALS, HUB_REFUSALS, SYNC_TROUBLES } from '@uketsuke/shared/errors';
import { fromBase64url, importSealingPrivateKey } from '@uketsuke/shared/sealing';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { z } from 'zod';
import { attributesOutcomeSchema, cardReaderStateSchema, triesLeftSchema } from '../host/card-reader/card-reader.ts';
import type { KioskHost } from '../host/kiosk-host.ts';
import { KioskHostError } from '../host/kiosk-host-error.ts';
import { startLanguages } from '../src/i18n/index.ts';
import '../src/styles/kiosk.css';
import { App } from '../src/screens/app.tsx';
import type { KioskServices } from '../src/screens/services.ts';
import { bundleExportOf } from '../src/usb/bundle-export.ts';
import { GalleryCardReader } from './gallery-card-reader.ts';
import { GalleryDesk } from './gallery-desk.ts';
import { GalleryHubChoice, galleryEnrolment } from './gallery-settings.ts';

/** The screens over a desk in memory, for their tests in Chromium: `gallery.html?receptionKey=…&issuerKey=…`. */

const parameters = z
  .object({
    receptionKey: z.string(),
    issuerKey: z.string(),
    vault: z.enum(['empty', 'sealed']).default('sealed'),
  })
  .parse(Object.fromEntries(new URLSearchParams(location.search)));

/** What a test may tell the page: `document.dispatchEvent(new CustomEvent('gallery', { detail }))`. */
const commandSchema = z.discriminatedUnion('do', [
  z.object({ do: z.literal('refuse'), refusal: z.enum(CARD_REFUSALS) }),
  z.object({ do: z.literal('fail'), reason: z.enum(['disk-full', 'journal-failed', 'store-failed']) }),
  z.object({ do: z.literal('step-out') }),
  z.object({ do: z.literal('card'), state: cardReaderStateSchema }),
  z.object({ do: z.literal('card-answers'), outcome: attributesOutcomeSchema }),
  z.object({ do: z.literal('card-tries'), left: triesLeftSchema }),
  z.object({ do: z.literal('refuse-hub'), refusal: z.enum([...HUB_REFUSALS, 'hub-unreachable']) }),
  z.object({
    do: z.literal('tell'),
    peer: z.enum(['city', 'hub']).nullable().default('city'),
    pending: z.number().default(0),
    oldestPendingAt: z.string().nullable().default(null),
    pendingAtCity: z.number().default(0),
    lastExchangeAt: z.string().nullable().default(null),
    quarantined: z.number().default(0),
    relay: relayStateSchema.nullable().default(null),
    trouble: z.enum(SYNC_TROUBLES).nullable().default(null),
    hubTrouble: z.enum(SYNC_TROUBLES).nullable().default(null),
    clock: z.enum(['good', 'behind', 'ahead']).default('good'),
  }),
]);

const desk = new GalleryDesk({
  issuerKeys: new Map([[1, fromBase64url(parameters.issuerKey)]]),
  receptionKeys: [await importSealingPrivateKey(fromBase64url(parameters.receptionKey))],
  isRevoked: () => false,
});

const cardReader = new GalleryCardReader();
const hub = new GalleryHubChoice();
const bundles = bundleExportOf({
  events: desk.exports,
  enrolment: await galleryEnrolment(desk),
  now: () => Date.now(),
});

document.addEventListener('gallery', (event) => {
  if (!(event instanceof CustomEvent)) return;
  const command = commandSchema.parse(event.detail);
  if (command.do === 'refuse') desk.force({ kind: 'refused', refusal: command.refusal });
  else if (command.do === 'fail') desk.force({ kind: 'not-recorded', reason: command.reason });
  else if (command.do === 'step-out') desk.stepOut();
  else if (command.do === 'card') cardReader.show(command.state);
  else if (command.do === 'card-answers') cardReader.answer(command.outcome);
  else if (command.do === 'card-tries') cardReader.triesLeftNow = command.left;
  else if (command.do === 'refuse-hub') hub.refuse(command.refusal);
  else {
    const { do: _, clock, ...sync } = command;
    desk.tell({ sync, clock });
  }
});

let vault = parameters.vault;
let wrongPins = 0;
const host: KioskHost = {
  info: async () => ({ kind: 'browser', version: 'trial', serverUrl: null, hub: null }),
  enrol: () => Promise.reject(new KioskHostError('enrolment-refused')),
  vault: {
    state: async () => vault,
    create: async () => undefined,
    open: () => Promise.reject(new KioskHostError('wrong-pin')),
    update: async () => undefined,
  },
  hub: {
    lookUp: () => Promise.reject(new KioskHostError('hub-unreachable')),
    use: async () => undefined,
    forget: async () => undefined,
  },
  cardReader,
  journal: { append: async () => undefined, read: async () => ({ entries: [], next: null, damagedLines: 0 }) },
};

const services: KioskServices = {
  connect: async () => host,
  enrol: async (_host, form) => {
    if (form.code.startsWith('X'))
      throw new KioskHostError('enrolment-refused', { cause: { code: 'enrolment-code-invalid' } });
    vault = 'sealed';
  },
  unlock: async (_host, pin, onProgress) => {
    if (pin !== '314159') {
      wrongPins += 1;
      if (wrongPins > 2) throw new KioskHostError('too-many-attempts', { retryAfterSeconds: 30 });
      throw new KioskHostError('wrong-pin');
    }
    onProgress({ done: 1, total: 2 });
    return { desk, hub, bundles };
  },
  reload: () => undefined,
  now: () => Date.now(),
};

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');
const languages = await startLanguages(localStorage, document);
createRoot(root).render(
  <I18nextProvider i18n={languages}>
    <App services={services} />
  </I18nextProvider>,
);
