import { describe, expect, it } from 'vitest';
import { availableLanguages, textsOf } from './catalogues.ts';
import { type LanguageMemory, startWords, storedLanguage } from './start-words.ts';

const catalogues = {
  ja: { title: '受付', form: { name: '氏名' } },
  en: { title: 'Reception', form: { name: 'Name' } },
  vi: { title: 'Lễ tân', form: { name: 'Tên' } },
};

async function start(memory: LanguageMemory, wanted: readonly string[] = []) {
  const page = { documentElement: { lang: '' }, title: '' };
  const words = await startWords({ catalogues, memory, wanted, page, title: (all) => all.t('title'), plugins: [] });
  return { words, page };
}

function memoryOf(stored: string | undefined): LanguageMemory & { readonly kept: string[] } {
  const kept: string[] = [];
  return { language: () => stored, keepLanguage: (language) => void kept.push(language), kept };
}

describe('startWords', () => {
  it.each([
    ['en', ['ja'], 'en'],
    ['ja', ['en'], 'ja'],
    [undefined, ['fr', 'en-GB', 'ja'], 'en'],
    [undefined, [], 'ja'],
    ['not a language', ['en'], 'en'],
    // Its words are there, the domain's terms are not.
    ['vi', [], 'ja'],
  ])('speaks the language stored (%s), else of those wanted (%j): %s', async (stored, wanted, expected) => {
    const { words, page } = await start(memoryOf(stored), wanted);
    expect(words.language).toBe(expected);
    expect(page).toEqual({
      documentElement: { lang: expected },
      title: expected === 'en' ? 'Reception' : '受付',
    });
  });

  it('remembers what is chosen, not what was found, and tells the page', async () => {
    const memory = memoryOf(undefined);
    const { words, page } = await start(memory, ['en']);
    expect(memory.kept).toEqual([]);
    await words.changeLanguage('ja');
    expect(memory.kept).toEqual(['ja']);
    expect(page).toEqual({ documentElement: { lang: 'ja' }, title: '受付' });
  });

  it("knows the domain's terms", async () => {
    const { words } = await start(memoryOf('en'));
    expect(words.t('terms.sex.female')).toBe('Female');
  });
});

describe('words that are fetched later', () => {
  const page = { documentElement: { lang: '' }, title: '' };
  const title = (all: { t: (key: string) => string }) => all.t('title');
  const { ja, en } = catalogues;

  it.each([['en'], ['ja']])('are there once their language is spoken, begun in %s', async (stored) => {
    const later = { en: async () => en };
    const memory = memoryOf(stored);
    const words = await startWords({ catalogues: { ja }, later, memory, wanted: [], page, title, plugins: [] });
    expect(page.title).toBe(stored === 'en' ? 'Reception' : '受付');
    await words.changeLanguage('en');
    expect([words.t('form.name'), words.t('terms.sex.female'), page.title]).toEqual(['Name', 'Female', 'Reception']);
    await words.changeLanguage('ja');
    expect(page.title).toBe('受付');
  });

  it('are Japanese where they cannot be fetched', async () => {
    const later = { en: () => Promise.reject(new Error('no network')) };
    const memory = memoryOf('en');
    const words = await startWords({ catalogues: { ja }, later, memory, wanted: [], page, title, plugins: [] });
    expect(words.t('form.name')).toBe('氏名');
  });
});

describe('storedLanguage', () => {
  it('keeps the choice under its key', () => {
    const stored = new Map<string, string>();
    const storage = {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
    };
    const memory = storedLanguage(storage, 'uketsuke.language');
    expect(memory.language()).toBeUndefined();
    memory.keepLanguage('en');
    expect([...stored]).toEqual([['uketsuke.language', 'en']]);
    expect(memory.language()).toBe('en');
  });

  it('goes on where the browser keeps nothing', () => {
    const setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    expect(() => storedLanguage({ getItem: () => null, setItem }, 'key').keepLanguage('en')).not.toThrow();
  });
});

describe('availableLanguages', () => {
  it('counts a language as there when every text and every term is', () => {
    expect(availableLanguages(catalogues)).toEqual(['ja', 'en']);
    expect(availableLanguages({ ...catalogues, en: { title: 'Reception', form: {} } })).toEqual(['ja']);
    expect(availableLanguages({ ...catalogues, en: { title: 'Reception', form: { name: ' ' } } })).toEqual(['ja']);
  });
});

it('gives every text by its key', () => {
  expect([...textsOf(catalogues.en)]).toEqual([
    ['title', 'Reception'],
    ['form.name', 'Name'],
  ]);
});
