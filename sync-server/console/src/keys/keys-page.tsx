import { useState } from 'react';
import { Cell, Column, Row, Table, TableBody, TableHeader } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { FailureNotice, LoadingNotice, Notice } from '../controls/notice.tsx';
import { useRefreshed } from '../live/use-refreshed.ts';
import { useHeadquarters } from '../server/headquarters-context.tsx';
import { DirectoryKeySection } from './directory-key-section.tsx';
import { KeyRotation } from './key-rotation.tsx';

const KEY_STATE_MARKS = { active: 'open', retired: 'plain', withdrawn: 'closed' } as const;

/** The keys that sign residents' cards, and the change to a new one (CRD-8). */
export function KeysPage() {
  const { t, i18n } = useTranslation();
  const { client } = useHeadquarters();
  const { data, failure, refresh } = useRefreshed({
    key: 'issuer-keys',
    load: (signal) => client.issuerKeys({}, { signal }),
  });
  const [rotated, setRotated] = useState(false);

  return (
    <>
      <h1>{t('keys.heading')}</h1>
      <p>{t('keys.explanation')}</p>
      {rotated && <Notice kind="good">{t('keys.rotated')}</Notice>}
      {failure && <FailureNotice failure={failure} onRetry={refresh} />}
      {data === undefined && !failure && <LoadingNotice />}
      {data && (
        <div className="table-frame">
          <Table className="table" aria-label={t('keys.table')}>
            <TableHeader>
              <Column isRowHeader className="number">
                {t('keys.keyId')}
              </Column>
              <Column>{t('keys.state')}</Column>
              <Column>{t('keys.publicKey')}</Column>
            </TableHeader>
            <TableBody items={data.keys} dependencies={[i18n.language]}>
              {(key) => (
                <Row id={key.keyId} data-testid="issuer-key" textValue={String(key.keyId)}>
                  <Cell className="number">{key.keyId}</Cell>
                  <Cell>
                    <span className={`mark mark-${KEY_STATE_MARKS[key.state]}`}>{t(`keys.states.${key.state}`)}</span>
                  </Cell>
                  <Cell>
                    <code className="key">{key.publicKey}</code>
                  </Cell>
                </Row>
              )}
            </TableBody>
          </Table>
        </div>
      )}
      <KeyRotation
        action={t('keys.rotate')}
        heading={t('keys.rotateHeading')}
        explanation={t('keys.rotateExplanation')}
        isMain
        rotate={() => client.rotateIssuerKey()}
        onRotated={() => {
          setRotated(true);
          refresh();
        }}
      />
      <DirectoryKeySection />
    </>
  );
}
