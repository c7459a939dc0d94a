import { BUNDLE_EXTENSION } from '@uketsuke/shared/bundle';
import type { BundleImportResponse, StaffRole } from '@uketsuke/shared/contracts';
import { BUNDLE_REFUSALS } from '@uketsuke/shared/errors';
import { useState } from 'react';
import { Button, FileTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../controls/action-button.tsx';
import { FailureNotice, Notice } from '../controls/notice.tsx';
import { useAction } from '../controls/use-action.ts';
import { hrefOf } from '../navigation/page-address.ts';
import { useHeadquarters } from '../server/headquarters-context.tsx';
import { useShelters } from '../shelters/use-shelters.ts';
import { checkChosenFile } from './chosen-file.ts';

/** Takes in a bundle that came on a USB stick (SYN-10). */
export function ImportBundlePage({ role }: { readonly role: StaffRole }) {
  const { t } = useTranslation();
  const { client } = useHeadquarters();
  const [file, setFile] = useState<File>();
  const [sent, setSent] = useState(0);
  const [result, setResult] = useState<BundleImportResponse>();
  const action = useAction();

  const isRefused = BUNDLE_REFUSALS.some((code) => code === action.failure?.code);

  const choose = (chosen: File | undefined) => {
    if (chosen === undefined) return;
    action.forget();
    setResult(undefined);
    setFile(chosen);
  };
  const importFile = (chosen: File) =>
    action.run(async () => {
      setResult(undefined);
      setSent(0);
      await checkChosenFile(chosen);
      setResult(await client.importBundle({ upload: chosen }, { onProgress: setSent }));
      setFile(undefined);
    });

  return (
    <>
      <h1>{t('bundles.heading')}</h1>
      <p>{t('bundles.explanation')}</p>
      <ol className="steps">
        <li>{t('bundles.steps.insert')}</li>
        <li>{t('bundles.steps.choose', { extension: BUNDLE_EXTENSION })}</li>
        <li>{t('bundles.steps.import')}</li>
      </ol>
      {result && <Result result={result} role={role} />}
      {action.failure && <FailureNotice failure={action.failure} />}
      <div className="file-choice">
        <FileTrigger acceptedFileTypes={[BUNDLE_EXTENSION]} onSelect={(files) => choose(files?.[0])}>
          <Button className="button" isDisabled={action.busy} data-testid="bundle-choose">
            {file === undefined ? t('bundles.choose') : t('bundles.chooseOther')}
          </Button>
        </FileTrigger>
        <p className="file-name" data-testid="bundle-file">
          {file === undefined ? <span className="hint">{t('bundles.nothingChosen')}</span> : <Chosen file={file} />}
        </p>
        {file !== undefined && !isRefused && (
          <ActionButton
            className="button button-main"
            busy={action.busy}
            onPress={() => importFile(file)}
            data-testid="bundle-import"
          >
            {action.failure === undefined ? t('bundles.submit') : t('bundles.submitAgain')}
          </ActionButton>
        )}
      </div>
      {action.busy && <Progress sent={sent} />}
    </>
  );
}

function Chosen({ file }: { readonly file: File }) {
  const { t } = useTranslation();
  return (
    <>
      <code>{file.name}</code>{' '}
      <span className="hint">{t('bundles.size', { megabytes: Math.max(0.1, file.size / 1_000_000).toFixed(1) })}</span>
    </>
  );
}

/** How far it is: sending can be measured, what the server does with it cannot. */
function Progress({ sent }: { readonly sent: number }) {
  const { t } = useTranslation();
  const isSending = sent < 1;
  const words = isSending ? t('bundles.sending', { percent: Math.floor(sent * 100) }) : t('bundles.working');
  return (
    <div className="progress">
      <p role="status">{words}</p>
      <progress aria-label={t('bundles.progress')} max={1} value={isSending ? sent : undefined} />
    </div>
  );
}

function Result({ result, role }: { readonly result: BundleImportResponse; readonly role: StaffRole }) {
  const { t } = useTranslation();
  const { shelters } = useShelters();
  const { shelterId, events, stored, alreadyHad, quarantined } = result;
  const name = shelters?.find((shelter) => shelter.shelterId === shelterId)?.name ?? shelterId;
  if (events === 0) return <Notice kind="caution">{t('bundles.empty', { name })}</Notice>;
  return (
    <Notice kind={quarantined > 0 ? 'caution' : 'good'}>
      <p data-testid="bundle-result">{t(stored > 0 ? 'bundles.done' : 'bundles.nothingNew', { name })}</p>
      <ul className="counts">
        <li>{t('bundles.stored', { count: stored })}</li>
        <li>{t('bundles.alreadyHad', { count: alreadyHad })}</li>
        {quarantined > 0 && <li>{t('bundles.quarantined', { count: quarantined })}</li>}
      </ul>
      {quarantined > 0 && role === 'hq' && (
        <p>
          <a href={hrefOf({ page: 'administration', part: 'quarantine', shelterId })}>{t('bundles.seeQuarantined')}</a>
        </p>
      )}
      <p>{t('bundles.after')}</p>
    </Notice>
  );
}
