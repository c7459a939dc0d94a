import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';

/** Copies a text to the clipboard and says whether that worked; browsers refuse it on pages without TLS. */
export function CopyButton({ text, words }: { readonly text: string; readonly words: string }) {
  const { t } = useTranslation();
  const [outcome, setOutcome] = useState<'copied' | 'failed'>();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('copied');
    } catch {
      setOutcome('failed');
    }
  };
  return (
    <div className="copy">
      <Button className="button" onPress={() => void copy()}>
        {words}
      </Button>
      <span role="status">
        {outcome === 'copied' && t('devices.copied')}
        {outcome === 'failed' && t('devices.copyFailed')}
      </span>
    </div>
  );
}
