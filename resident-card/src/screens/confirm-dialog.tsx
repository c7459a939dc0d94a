import { type ReactNode, useEffect, useId, useRef } from 'react';

interface ConfirmDialogProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly confirm: string;
  readonly cancel: string;
  readonly isOpen: boolean;
  readonly isWorking?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/**
 * Asks before something that cannot be undone. The harmless answer comes first and has the focus. The browser's own
 * dialog keeps the focus inside and gives it back; react-aria's would be a fifth of what a phone loads for its card.
 */
export function ConfirmDialog(props: ConfirmDialogProps) {
  return props.isOpen ? <OpenDialog {...props} /> : null;
}

function OpenDialog({ title, children, confirm, cancel, isWorking = false, onConfirm, onClose }: ConfirmDialogProps) {
  const titleId = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    // Closed, not only taken away: that gives the focus back to the button that asked.
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="dialog-box"
      role="alertdialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        if (!isWorking) onClose();
      }}
    >
      <h2 id={titleId}>{title}</h2>
      {children}
      <div className="dialog-actions">
        <button type="button" className="button button-wide" disabled={isWorking} onClick={onClose}>
          {cancel}
        </button>
        <button
          type="button"
          className="button button-danger button-danger-main button-wide"
          data-testid="confirm"
          disabled={isWorking}
          onClick={onConfirm}
        >
          {confirm}
        </button>
      </div>
    </dialog>
  );
}
