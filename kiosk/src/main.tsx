import './without-eval.ts';
import { PageFailure } from '@uketsuke/shared/page-failure';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { connectBrowserHost } from '../host/browser/client/connect-browser-host.ts';
import { hostOver } from '../host/host-messages.ts';
import type { KioskHost } from '../host/kiosk-host.ts';
import { enrolKiosk, unlockKiosk } from './desk/enrol-kiosk.ts';
import { openDesk } from './desk/open-desk.ts';
import { hubChoiceOf } from './hub/hub-choice.ts';
import { startLanguages } from './i18n/index.ts';
import './styles/kiosk.css';
import { App } from './screens/app.tsx';
import type { KioskServices } from './screens/services.ts';
import { becomeOnlyWindow } from './screens/single-window.ts';
import { bundleExportOf } from './usb/bundle-export.ts';

declare global {
  interface Window {
    /** Put here by Electron's preload; absent in a browser. */
    readonly uketsukeHost?: {
      readonly call: (message: unknown) => Promise<unknown>;
      readonly listen: (onNews: (news: unknown) => void) => void;
    };
  }
}

const services: KioskServices = {
  becomeOnlyWindow: () => becomeOnlyWindow(navigator.locks),
  connect: connectHost,
  enrol: (host, form) => enrolKiosk({ host, ...form }),
  unlock: async (host, pin, onProgress) => {
    const secrets = await unlockKiosk(host, pin);
    const desk = await openDesk({ host, secrets, onProgress });
    const { enrolment } = secrets;
    return {
      desk,
      hub: hubChoiceOf({
        host,
        peers: desk.peers,
        withdrawnDevices: desk.withdrawnDevices,
        enrolment,
        pageOrigin: location.origin,
      }),
      bundles: bundleExportOf({ events: desk.exports, enrolment, now: services.now }),
    };
  },
  reload: () => location.reload(),
  now: () => Date.now(),
};

async function connectHost(): Promise<KioskHost> {
  const electron = window.uketsukeHost;
  if (electron === undefined) return connectBrowserHost(location);
  return hostOver(
    (call) => electron.call(call),
    (listener) => electron.listen((news) => listener.news(news)),
  );
}

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');
const languages = await startLanguages(localStorage, document);
createRoot(root).render(
  <I18nextProvider i18n={languages}>
    <PageFailure page="kiosk" language={() => languages.language} reload={services.reload}>
      <App services={services} />
    </PageFailure>
  </I18nextProvider>,
);
