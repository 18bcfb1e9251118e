import { Button, Textarea } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { ProblemNotice } from './problem.js';
import { Dialog } from './dialog.js';

export interface ReasonDialogProps {
  readonly title: string;
  /** What will happen, in words. */
  readonly effect: ReactNode;
  /** What is asked for; without it nothing is. */
  readonly label?: string;
  readonly initial?: string;
  readonly required?: boolean;
  readonly confirm: string;
  readonly danger?: boolean;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly onConfirm: (reason: string) => void;
  readonly onClose: () => void;
}

/** Effect first, then the reason, then the deed. Ctrl or Cmd with Enter confirms. */
export function ReasonDialog(props: ReasonDialogProps): ReactNode {
  const { title, effect, label, initial = '', required = false, confirm, danger = false, busy, error, onConfirm, onClose } = props;
  const [reason, setReason] = useState(initial);
  const [asked, setAsked] = useState(false);
  const missing = required && reason.trim() === '';
  const submit = (): void => {
    setAsked(true);
    if (!missing && !busy) onConfirm(reason.trim());
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div>{effect}</div>
        {label === undefined ? null : (
          <Textarea
            label={label}
            value={reason}
            required={required}
            withAsterisk={required}
            rows={3}
            autoFocus
            data-autofocus
            maxLength={2000}
            {...(asked && missing ? { error: 'say why' } : {})}
            onChange={(event) => setReason(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
            }}
          />
        )}
        {error === null ? null : <ProblemNotice error={error} />}
        <div className="actions">
          <Button type="submit" loading={busy} {...(danger ? { color: 'red' } : {})}>
            {confirm}
          </Button>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
