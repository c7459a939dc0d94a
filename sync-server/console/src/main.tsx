import './without-eval.ts';
import '@digital-go-jp/design-tokens/dist/tokens.css';
import '@uketsuke/shared/base.css';
import './appearance/frame.css';
import './appearance/controls.css';
import './appearance/bundles.css';
import './appearance/tables.css';
import './appearance/pages.css';
import { PageFailure } from '@uketsuke/shared/page-failure';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { startConsoleWords } from './words/language.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
await startConsoleWords();
createRoot(root).render(
  <StrictMode>
    <PageFailure page="console" language={() => document.documentElement.lang} reload={() => location.reload()}>
      <App />
    </PageFailure>
  </StrictMode>,
);
