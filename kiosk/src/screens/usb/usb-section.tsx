import { useEffect, useId, useRef, useState } from 'react';
import { Button, Label, Radio, RadioGroup } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { isWordKey } from '../../i18n/word-key.ts';
import type { ExportChoice } from '../../store/acknowledgements.ts';
import type { BundleExport } from '../../usb/bundle-export.ts';
import { saveFile } from '../../usb/save-file.ts';
import { failureOf } from '../failures.ts';
import { Icon } from '../icons.tsx';

const CHOICES: readonly ExportChoice[] = ['unacknowledged', 'all'];

type Making =
  | { readonly at: 'idle' }
  | { readonly at: 'making'; readonly done: number; readonly total: number }
  | { readonly at: 'saved'; readonly name: string; readonly events: number }
  | { readonly at: 'failed'; readonly code: string };

/** Saving records in a file that is carried by hand. */
export function UsbSection({ bundles }: { readonly bundles: BundleExport }) {
  const { t, i18n } = useTranslation();
  const titleId = useId();
  const [which, setWhich] = useState<ExportChoice>('unacknowledged');
  const [making, setMaking] = useState<Making>({ at: 'idle' });
  const count = bundles.count(which);
  const failureKey = (code: string) => {
    const key = `usb.failed.${code}`;
    return isWordKey(i18n, key) ? key : 'usb.failed.other';
  };

  const save = async () => {
    setMaking({ at: 'making', done: 0, total: count });
    try {
      const file = await bundles.make(which, (done) => setMaking({ at: 'making', done, total: count }));
      saveFile(file);
      setMaking({ at: 'saved', name: file.name, events: file.events });
    } catch (error) {
      setMaking({ at: 'failed', code: failureOf(error).code });
    }
  };

  return (
    <section className="settings-section" aria-labelledby={titleId} data-testid="usb" data-step={making.at}>
      <h3 id={titleId}>
        <Icon name="usb" />
        {t('usb.title')}
      </h3>
      <p className="hint">{t('usb.lead')}</p>
      {bundles.isPossible ? (
        <>
          <div className="usb-choice">
            <RadioGroup value={which} onChange={(value) => setWhich(value === 'all' ? 'all' : 'unacknowledged')}>
              <Label className="visually-hidden">{t('usb.which')}</Label>
              {CHOICES.map((choice) => (
                <Radio key={choice} value={choice} className="usb-option" data-testid={`usb-${choice}`}>
                  <span className="usb-mark" aria-hidden="true" />
                  {t(`usb.${choice}`)}
                  <strong>{t('usb.count', { count: bundles.count(choice) })}</strong>
                </Radio>
              ))}
            </RadioGroup>
            <Button
              className="button button-main"
              data-testid="usb-save"
              isDisabled={making.at === 'making' || count === 0}
              onPress={() => void save()}
            >
              <Icon name="usb" />
              {t('usb.save')}
            </Button>
          </div>
          <div className="form-message" role="status">
            {making.at === 'making' && (
              <p className="message">{t('usb.making', { done: making.done, total: making.total })}</p>
            )}
            {making.at === 'saved' && <Saved name={making.name} events={making.events} />}
            {making.at === 'failed' && (
              <p className="message message-bad" data-testid="usb-error" data-code={making.code}>
                <Icon name="warning" />
                {t(failureKey(making.code))}
              </p>
            )}
          </div>
        </>
      ) : (
        <p className="message message-bad" data-testid="usb-outdated">
          <Icon name="warning" />
          {t('usb.outdated')}
        </p>
      )}
    </section>
  );
}

function Saved({ name, events }: { readonly name: string; readonly events: number }) {
  const { t } = useTranslation();
  const message = useRef<HTMLDivElement>(null);
  useEffect(() => {
    message.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div ref={message} className="message message-saved" data-testid="usb-saved" data-name={name} data-events={events}>
      <p>
        <strong>{t('usb.saved', { count: events, name })}</strong>
      </p>
      <ol>
        <li>{t('usb.steps.copy')}</li>
        <li>{t('usb.steps.carry')}</li>
        <li>{t('usb.steps.wait')}</li>
      </ol>
    </div>
  );
}
