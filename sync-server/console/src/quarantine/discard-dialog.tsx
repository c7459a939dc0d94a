import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../controls/dialogs.tsx';
import { useAction } from '../controls/use-action.ts';
import { useHeadquarters } from '../server/headquarters-context.tsx';
import type { KeptDocument } from './quarantine-table.tsx';

/** Asks before a kept document is thrown away for good, and throws it away. */
export function DiscardDialog({
  document,
  onDone,
  onCancel,
}: {
  readonly document: KeptDocument;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}) {
  const { t } = useTranslation();
  const { client } = useHeadquarters();
  const discarding = useAction();
  return (
    <ConfirmDialog
      heading={t('quarantine.discardHeading')}
      explanation={t('quarantine.discardExplanation', {
        id: document.eventId ?? t('quarantine.noId'),
        reason: t(`quarantine.reasons.${document.reason}`),
      })}
      action={t('quarantine.discard')}
      danger
      busy={discarding.busy}
      failure={discarding.failure}
      onConfirm={() =>
        discarding.run(async () => {
          await client.discard({ params: { id: document.id } });
          onDone();
        })
      }
      onCancel={onCancel}
    />
  );
}
