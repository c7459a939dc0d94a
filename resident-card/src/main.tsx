import './without-eval.ts';
import '@digital-go-jp/design-tokens/dist/tokens.css';
import '@uketsuke/shared/base.css';
import './appearance/layout.css';
import './appearance/form.css';
import './appearance/card.css';
import './appearance/print.css';
import { PageFailure } from '@uketsuke/shared/page-failure';
import { toBase64url } from '@uketsuke/shared/sealing';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createDeviceMemory, localStorageIfAny } from './device/device-memory.ts';
import { keepAppForOffline } from './device/offline-copy.ts';
import { startCardWords } from './i18n/words.ts';
import { App } from './screens/app.tsx';
import { fetchHouseholdScreen } from './screens/later-household-screen.tsx';
import { SurroundingsContext } from './screens/surroundings.ts';
import { createCardService } from './server/card-service.ts';

const memory = createDeviceMemory(localStorageIfAny());
const surroundings = {
  memory,
  service: createCardService({ fetch: (input, init) => fetch(input, init), isOnline: () => navigator.onLine }),
  now: () => Date.now(),
  newKey: () => crypto.getRandomValues(new Uint32Array(2)).join('-'),
  newRequestId: () => toBase64url(crypto.getRandomValues(new Uint8Array(32))),
};

await startCardWords(memory, navigator.languages);
const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <PageFailure page="card" language={() => document.documentElement.lang} reload={() => location.reload()}>
        <SurroundingsContext value={surroundings}>
          <App />
        </SurroundingsContext>
      </PageFailure>
    </StrictMode>,
  );
}
keepAppForOffline();
fetchHouseholdScreen();
