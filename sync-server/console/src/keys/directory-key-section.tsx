import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../controls/dialogs.tsx';
import { FailureNotice, Notice } from '../controls/notice.tsx';
import { useAction } from '../controls/use-action.ts';
import { useRefreshed } from '../live/use-refreshed.ts';
import { useHeadquarters } from '../server/headquarters-context.tsx';

/** The key under which My Number cards are registered, and the change to a new one, which all kiosks fetch. */
export function DirectoryKeySection() {
  const { t } = useTranslation();
  const { client } = useHeadquarters();
  const { data, failure, refresh } = useRefreshed({ key: 'device-keys', load: client.deviceKeys });
  const [asking, setAsking] = useState(false);
  const [rotated, setRotated] = useState(false);
  const action = useAction();

  const rotate = () =>
    action.run(async () => {
      await client.rotateDeviceKeys();
      setAsking(false);
      setRotated(true);
      refresh();
    });

  return (
    <section aria-labelledby="directory-key-heading">
      <h2 id="directory-key-heading">{t('keys.directory.heading')}</h2>
      <p>{t('keys.directory.explanation')}</p>
      {rotated && <Notice kind="good">{t('keys.directory.rotated')}</Notice>}
      {failure && <FailureNotice failure={failure} onRetry={refresh} />}
      {data && (
        <p data-testid="directory-key" data-version={data.version}>
          {t('keys.directory.version', { version: data.version })}
        </p>
      )}
      <div className="actions actions-start">
        <Button className="button" data-testid="directory-key-rotate" onPress={() => setAsking(true)}>
          {t('keys.directory.rotate')}
        </Button>
      </div>
      {asking && (
        <ConfirmDialog
          heading={t('keys.directory.rotateHeading')}
          explanation={t('keys.directory.rotateExplanation')}
          action={t('keys.directory.rotate')}
          busy={action.busy}
          failure={action.failure}
          onConfirm={rotate}
          onCancel={() => {
            action.forget();
            setAsking(false);
          }}
        />
      )}
    </section>
  );
}
