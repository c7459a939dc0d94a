import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureNotice, Notice } from '../controls/notice.tsx';
import { useRefreshed } from '../live/use-refreshed.ts';
import { useHeadquarters } from '../server/headquarters-context.tsx';
import { KeyRotation } from './key-rotation.tsx';

/** The key under which My Number cards are registered, and the change to a new one, which all kiosks fetch. */
export function DirectoryKeySection() {
  const { t } = useTranslation();
  const { client } = useHeadquarters();
  const { data, failure, refresh } = useRefreshed({
    key: 'device-keys',
    load: (signal) => client.deviceKeys({}, { signal }),
  });
  const [rotated, setRotated] = useState(false);

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
      <KeyRotation
        action={t('keys.directory.rotate')}
        heading={t('keys.directory.rotateHeading')}
        explanation={t('keys.directory.rotateExplanation')}
        testId="directory-key-rotate"
        rotate={() => client.rotateDeviceKeys()}
        onRotated={() => {
          setRotated(true);
          refresh();
        }}
      />
    </section>
  );
}
