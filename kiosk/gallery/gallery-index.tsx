import { LANGUAGE_NAMES, type Language } from '@uketsuke/shared/i18n';
import { useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { KIOSK_LANGUAGES } from '../src/i18n/index.ts';
import './gallery-index.css';
import { GALLERY_SCREENS, type GalleryState } from './states/gallery-state.ts';
import { GALLERY_STATES } from './states/gallery-states.ts';

const SIZES = { '1280 × 800': [1280, 800], '1280 × 600': [1280, 600], '640 × 400 (200 %)': [640, 400] } as const;
type SizeName = keyof typeof SIZES;
const THUMBNAIL_WIDTH = 400;

/** All states with a small live picture of each. */
function GalleryIndex() {
  const [language, setLanguage] = useState<Language>('ja');
  const [size, setSize] = useState<SizeName>('1280 × 800');
  const sizes = Object.keys(SIZES).flatMap((name) => (isSize(name) ? [name] : []));
  return (
    <>
      <header className="gallery-bar">
        <h1>Uketsuke</h1>
        <label>
          Language
          <select value={language} onChange={({ target }) => setLanguage(languageOf(target.value))}>
            {KIOSK_LANGUAGES.map((each) => (
              <option key={each} value={each}>
                {LANGUAGE_NAMES[each]}
              </option>
            ))}
          </select>
        </label>
        <label>
          Size
          <select value={size} onChange={({ target }) => isSize(target.value) && setSize(target.value)}>
            {sizes.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        <p className="gallery-hint">
          Forced colours: DevTools, Rendering, “Emulate CSS media feature forced-colors”. Pictures: npm run
          gallery:accept
        </p>
      </header>
      <main>
        {Object.entries(GALLERY_SCREENS).map(([screen, title]) => (
          <section key={screen} className="gallery-screen">
            <h2>{language === 'ja' ? title.ja : title.en}</h2>
            <ul className="gallery-states">
              {GALLERY_STATES.filter((state) => state.screen === screen).map((state) => (
                <Entry key={state.id} state={state} language={language} size={SIZES[size]} />
              ))}
            </ul>
          </section>
        ))}
      </main>
    </>
  );
}

interface EntryProps {
  readonly state: GalleryState;
  readonly language: Language;
  readonly size: readonly [width: number, height: number];
}

function Entry({ state, language, size: [width, height] }: EntryProps) {
  const address = `gallery.html?${new URLSearchParams({ state: state.id, language })}`;
  const scale = THUMBNAIL_WIDTH / width;
  const [ref, isSeen] = useSeen();
  return (
    <li>
      <a href={address}>{language === 'ja' ? state.title.ja : state.title.en}</a> <code>{state.id}</code>
      <div className="gallery-thumbnail" ref={ref} style={{ height: height * scale }}>
        {isSeen && (
          <iframe
            title={state.id}
            src={address}
            width={width}
            height={height}
            style={{ transform: `scale(${scale})` }}
          />
        )}
      </div>
    </li>
  );
}

/** Whether the element is in view: a hundred kiosks at once are too much for any laptop. */
function useSeen() {
  const ref = useRef<HTMLDivElement>(null);
  const [isSeen, setIsSeen] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new IntersectionObserver(([entry]) => setIsSeen(entry?.isIntersecting ?? false));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, isSeen] as const;
}

function languageOf(value: string): Language {
  return KIOSK_LANGUAGES.find((language) => language === value) ?? 'ja';
}

function isSize(value: string): value is SizeName {
  return value in SIZES;
}

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');
createRoot(root).render(<GalleryIndex />);
