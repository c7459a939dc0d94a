import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import * as z from 'zod';
import { KIOSK_LANGUAGES, startLanguages } from '../src/i18n/index.ts';
import '../src/styles/kiosk.css';
import { App } from '../src/screens/app.tsx';
import { becomeOnlyWindow } from '../src/screens/single-window.ts';
import { takeCommands } from './live-commands.ts';
import { GalleryCity } from './stage/city.ts';
import { GalleryClock } from './stage/gallery-clock.ts';
import { GalleryKiosk } from './stage/gallery-kiosk.ts';
import { FOR_A_RESULT, HeldTimers } from './stage/held-timers.ts';
import { Stage } from './stage/stage.ts';
import { StillCamera } from './stage/still-camera.ts';
import type { GalleryState } from './states/gallery-state.ts';
import { GALLERY_STATES } from './states/gallery-states.ts';

/**
 * One page of the gallery: `gallery.html?state=<id>&language=<tag>` goes to a state and stays there. With the keys of a
 * city in place of a state it is live: clock, camera and timers are the browser's, and tests hold it by
 * `window.gallery`.
 */
const parametersSchema = z.union([
  z.object({
    receptionPrivateKey: z.string(),
    receptionPublicKey: z.string(),
    vault: z.enum(['empty', 'sealed']).default('sealed'),
  }),
  z.object({ state: z.string(), language: z.enum(KIOSK_LANGUAGES).default('ja') }),
]);

/** Longer ago than any enrolment or event of the gallery. */
const YEAR_MS = 365 * 86_400_000;

async function showState(state: GalleryState, language: string): Promise<void> {
  const { setUp = {} } = state;
  const timers = new HeldTimers(window);
  const camera = new StillCamera(window, setUp.camera ?? 'picture');
  if (setUp.isOffline === true) Object.defineProperty(navigator, 'onLine', { value: false });
  const clock = new GalleryClock();
  if (setUp.isClockYearBehind === true) clock.set(clock.now() - YEAR_MS);
  const city = await GalleryCity.found();
  const kiosk = await GalleryKiosk.build({
    setUp,
    city,
    clock,
    becomeOnlyWindow: async () => true,
    reload: () => undefined,
  });
  await render(kiosk, { getItem: () => language, setItem: () => undefined });
  await state.steps?.(new Stage({ document, kiosk, city, clock, camera, timers }));
}

async function showLive({ vault, ...keys }: Extract<z.infer<typeof parametersSchema>, { vault: unknown }>) {
  const city = await GalleryCity.of(keys);
  const clock = { now: () => Date.now(), at: () => Date.now(), set: () => undefined };
  const timers = new HeldTimers(window, FOR_A_RESULT);
  const kiosk = await GalleryKiosk.build({
    setUp: { vault },
    city,
    clock,
    becomeOnlyWindow: () => becomeOnlyWindow(navigator.locks),
    reload: () => undefined,
  });
  takeCommands(window, new Stage({ document, kiosk, city, clock, camera: null, timers }));
  await render(kiosk, localStorage);
}

async function render({ services }: GalleryKiosk, memory: Pick<Storage, 'getItem' | 'setItem'>): Promise<void> {
  const root = document.getElementById('root');
  if (root === null) throw new Error('the page has no root');
  const languages = await startLanguages(memory, document);
  createRoot(root).render(
    <I18nextProvider i18n={languages}>
      <App services={services} />
    </I18nextProvider>,
  );
}

/** Tells whoever looks at the page how far it is: `data-gallery` is `ready` or `failed`. */
async function show(): Promise<void> {
  const parameters = parametersSchema.parse(Object.fromEntries(new URLSearchParams(location.search)));
  if ('vault' in parameters) return showLive(parameters);
  const state = GALLERY_STATES.find(({ id }) => id === parameters.state);
  if (state === undefined) throw new Error(`the gallery has no state ${parameters.state}`);
  await showState(state, parameters.language);
}

const { dataset } = document.documentElement;
show().then(
  () => {
    dataset['gallery'] = 'ready';
  },
  (error: unknown) => {
    dataset['gallery'] = 'failed';
    throw error;
  },
);
