import type { quarantineResponseSchema } from '@uketsuke/shared/contracts';
import type { ShelterId } from '@uketsuke/shared/identifiers';
import { useTranslation } from 'react-i18next';
import type * as z from 'zod';
import { ActionButton } from '../controls/action-button.tsx';
import { formatFullDate } from '../time/japan-time.ts';
import { useLanguage } from '../words/language.ts';

/** A document that was set aside. */
export type KeptDocument = z.infer<typeof quarantineResponseSchema>['documents'][number];

/** Documents that were set aside, each with a button to try it again. */
export function QuarantineTable({
  documents,
  nameOf,
  busyId,
  onRelease,
  onDiscard,
}: {
  readonly documents: readonly KeptDocument[];
  readonly nameOf: (id: ShelterId) => string;
  /** The document that is being tried. */
  readonly busyId: string | undefined;
  readonly onRelease: (document: KeptDocument) => void;
  readonly onDiscard: (document: KeptDocument) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <div className="table-frame">
      <table className="table" aria-label={t('quarantine.table')}>
        <thead>
          <tr>
            <th scope="col">{t('quarantine.receivedAt')}</th>
            <th scope="col">{t('quarantine.shelter')}</th>
            <th scope="col">{t('quarantine.reason')}</th>
            <th scope="col">{t('quarantine.device')}</th>
            <th scope="col">{t('quarantine.id')}</th>
            <th scope="col">{t('quarantine.size')}</th>
            <th scope="col">{t('quarantine.tryAgain')}</th>
          </tr>
        </thead>
        <tbody>
          {documents.map((document) => (
            <tr key={document.id} data-testid="quarantined-document">
              <th scope="row">{formatFullDate(document.receivedAt, language)}</th>
              <td>{nameOf(document.shelterId)}</td>
              <td>{t(`quarantine.reasons.${document.reason}`)}</td>
              <td>
                <code>{document.deviceId}</code>
              </td>
              <td>
                <code className="key">{document.eventId ?? t('quarantine.noId')}</code>
              </td>
              <td className="number">{kilobytes(document.bytes)}</td>
              <td>
                {document.whole ? (
                  <ActionButton
                    className="button"
                    busy={busyId === document.id}
                    onPress={() => onRelease(document)}
                    data-testid="release"
                  >
                    {t(document.reason === 'device-revoked' ? 'quarantine.letIn' : 'quarantine.release')}
                  </ActionButton>
                ) : (
                  t('quarantine.notWhole')
                )}
                <ActionButton className="button" busy={false} onPress={() => onDiscard(document)} data-testid="discard">
                  {t('quarantine.discard')}
                </ActionButton>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A size in KB, to one digit below 10. */
function kilobytes(bytes: number): string {
  const size = bytes / 1_000;
  return `${size < 10 ? Math.max(size, 0.1).toFixed(1) : Math.round(size)}\u00a0KB`;
}
