import { type FormEvent, useEffect, useId, useState } from 'react';
import { Button, Input, Label, Text, TextField } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { HubChoice } from '../../hub/hub-choice.ts';
import { isWordKey } from '../../i18n/word-key.ts';
import { Icon } from '../icons.tsx';
import { type HubStep, useHubSteps } from './hub-steps.ts';

/** A hub's QR that was shown to the desk; a new object each time. */
export interface ShownHubCode {
  readonly text: string;
}

interface HubSectionProps {
  readonly hub: HubChoice;
  readonly shown: ShownHubCode | null;
}

/** Which hub the desk uses; choosing another by QR or address, and giving it up. */
export function HubSection({ hub, shown }: HubSectionProps) {
  const { t } = useTranslation();
  const titleId = useId();
  const { step, inUse, find, use, forget } = useHubSteps(hub);
  useEffect(() => {
    if (shown !== null) void find(shown.text);
  }, [shown, find]);

  return (
    <section className="settings-section" aria-labelledby={titleId} data-testid="hub" data-step={step.at}>
      <h3 id={titleId}>
        <Icon name="hub" />
        {t('hub.title')}
      </h3>
      <p className="hint">{t('hub.lead')}</p>
      <div className="settings-now">
        {inUse === undefined && <p>{t('hub.unknown')}</p>}
        {inUse === null && <p data-testid="hub-none">{t('hub.none')}</p>}
        {inUse != null && (
          <>
            <p>
              {t('hub.inUse')}: <strong data-testid="hub-in-use">{inUse.origin}</strong>
            </p>
            <Button className="button" data-testid="hub-forget" isDisabled={isBusy(step)} onPress={() => void forget()}>
              {t('hub.disconnect')}
            </Button>
          </>
        )}
      </div>
      <AddressForm isBusy={isBusy(step)} onFind={(address) => void find(address)} />
      <StepMessage step={step} onUse={() => void use()} />
    </section>
  );
}

function AddressForm({ isBusy, onFind }: { readonly isBusy: boolean; readonly onFind: (address: string) => void }) {
  const { t } = useTranslation();
  const [address, setAddress] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (address.trim() !== '' && !isBusy) onFind(address);
  };
  return (
    <form className="settings-address" onSubmit={submit} noValidate>
      <TextField className="field" value={address} onChange={setAddress} autoComplete="off" inputMode="url">
        <Label>{t('hub.address')}</Label>
        <Text slot="description">{t('hub.scan')}</Text>
        <Input data-testid="hub-address" placeholder={t('hub.addressHint')} maxLength={300} />
      </TextField>
      <Button type="submit" className="button" data-testid="hub-find" isDisabled={isBusy || address.trim() === ''}>
        {t('hub.find')}
      </Button>
    </form>
  );
}

function StepMessage({ step, onUse }: { readonly step: HubStep; readonly onUse: () => void }) {
  const { t, i18n } = useTranslation();
  const failureKey = (code: string) => {
    const key = `hub.failed.${code}`;
    return isWordKey(i18n, key) ? key : 'hub.failed.other';
  };
  return (
    <div className="form-message" role="status">
      {step.at === 'finding' && <p className="message">{t('hub.finding')}</p>}
      {(step.at === 'found' || step.at === 'connecting') && (
        <div className="message message-question" data-testid="hub-found">
          <p>
            <strong>{t('hub.found', { shelter: step.hub.shelterName })}</strong>
            <br />
            {t('hub.foundNext', { address: step.hub.origin })}
          </p>
          <Button
            className="button button-main"
            data-testid="hub-use"
            isDisabled={step.at === 'connecting'}
            onPress={onUse}
          >
            {t('hub.connect')}
          </Button>
        </div>
      )}
      {step.at === 'connected' && (
        <p className="message">
          <Icon name="check" />
          {t('hub.connected')}
        </p>
      )}
      {step.at === 'disconnected' && <p className="message">{t('hub.disconnected')}</p>}
      {step.at === 'failed' && (
        <p className="message message-bad" data-testid="hub-error" data-code={step.code}>
          <Icon name="warning" />
          {t(failureKey(step.code), { shelter: step.shelterName })}
        </p>
      )}
    </div>
  );
}

function isBusy(step: HubStep): boolean {
  return step.at === 'finding' || step.at === 'connecting';
}
