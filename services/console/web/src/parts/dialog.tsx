import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';

export interface DialogProps {
  readonly title: string;
  readonly size?: 'md' | 'lg';
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/**
 * Something that wants an answer first; Escape leaves it. A field that is to be typed into has `autoFocus`, which takes the focus as it
 * appears, and `data-autofocus`, which tells the kit to leave it there: the kit alone comes a moment later, and the first letters of somebody
 * who types fast are lost. The kit's own lock of the page's scrolling writes a style block without our nonce,
 * which the content security policy refuses, so app.css does that.
 */
export function Dialog({ title, size = 'md', onClose, children }: DialogProps): ReactNode {
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={size}
      lockScroll={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
      transitionProps={{ duration: 0 }}
    >
      {children}
    </Modal>
  );
}
