import type { Device } from '@uketsuke/shared/contracts';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../controls/copy-button.tsx';
import { Popup } from '../controls/dialogs.tsx';
import { formatFullDate } from '../time/japan-time.ts';
import { useLanguage } from '../words/language.ts';

/** An enrolment code, big enough to be read over the telephone. */
export function EnrolmentCodeDialog(props: {
  readonly shelterName: string;
  readonly role: Device['role'];
  readonly code: string;
  readonly expiresAt: string;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const isHub = props.role === 'hub';
  const command = `npm run hub -- --city ${location.origin} --code ${props.code} --name ${t('devices.kinds.hub')}1 --data data/hub`;
  return (
    <Popup heading={t(isHub ? 'devices.hubCodeHeading' : 'devices.codeHeading')} onClose={props.onClose}>
      <p>{t(isHub ? 'devices.hubCodeExplanation' : 'devices.codeExplanation', { name: props.shelterName })}</p>
      <p className="big-code" data-testid="enrolment-code">
        {props.code}
      </p>
      {isHub && (
        <p>
          {t('devices.hubCommand')}
          <br />
          <code className="command">{command}</code>
        </p>
      )}
      <p>{t('devices.codeExpires', { time: formatFullDate(props.expiresAt, language) })}</p>
      <div className="actions">
        <CopyButton text={isHub ? command : props.code} words={t(isHub ? 'devices.copyCommand' : 'devices.copy')} />
        <Button className="button button-main" onPress={props.onClose} autoFocus>
          {t('close')}
        </Button>
      </div>
    </Popup>
  );
}
