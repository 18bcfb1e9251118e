import { type ReactNode, useState } from 'react';

const SHOWN_MS = 1500;

/** A button that puts text on the clipboard and says so. */
export function CopyButton({ text, label, children }: { text: string; label?: string; children?: ReactNode }): ReactNode {
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    void copyText(text).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), SHOWN_MS);
    });
  };
  return (
    <button type="button" className="link-button" onClick={copy} {...(label === undefined ? {} : { 'aria-label': label })}>
      {copied ? 'copied' : (children ?? 'copy')}
    </button>
  );
}

/** The clipboard interface needs TLS or localhost; a selection works everywhere. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

/** An id in full, with a way to copy it. */
export function Id({ value }: { value: string }): ReactNode {
  return (
    <span className="row tight">
      <code>{value}</code>
      <CopyButton text={value} label={`copy ${value}`} />
    </span>
  );
}
