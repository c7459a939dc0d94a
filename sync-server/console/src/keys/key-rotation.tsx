import { useState } from 'react';
import { Button } from 'react-aria-components';
import { ConfirmDialog } from '../controls/dialogs.tsx';
import { useAction } from '../controls/use-action.ts';

interface KeyRotationProps {
  readonly action: string;
  readonly heading: string;
  readonly explanation: string;
  readonly isMain?: boolean;
  readonly testId?: string;
  readonly rotate: () => Promise<unknown>;
  readonly onRotated: () => void;
}

/** The button that changes a key to a new one, after asking. */
export function KeyRotation({ action, heading, explanation, isMain, testId, rotate, onRotated }: KeyRotationProps) {
  const [asking, setAsking] = useState(false);
  const rotation = useAction();
  const confirmed = () =>
    rotation.run(async () => {
      await rotate();
      setAsking(false);
      onRotated();
    });
  return (
    <>
      <div className="actions actions-start">
        <Button
          className={isMain === true ? 'button button-main' : 'button'}
          data-testid={testId}
          onPress={() => setAsking(true)}
        >
          {action}
        </Button>
      </div>
      {asking && (
        <ConfirmDialog
          heading={heading}
          explanation={explanation}
          action={action}
          busy={rotation.busy}
          failure={rotation.failure}
          onConfirm={confirmed}
          onCancel={() => {
            rotation.forget();
            setAsking(false);
          }}
        />
      )}
    </>
  );
}
