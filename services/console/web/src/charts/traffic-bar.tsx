import type { ReactNode } from 'react';
import { versionName } from '../parts/version-name.js';

export interface Share {
  readonly version: string;
  readonly weight: number;
  readonly variant: string;
}

/** Who gets which share of the traffic: lengths, patterns and words. */
export function TrafficBar({ shares }: { shares: readonly Share[] }): ReactNode {
  if (shares.length === 0) return <p className="quiet">No version serves here yet.</p>;
  return (
    <div className="stack tight">
      <div
        className="bar"
        role="img"
        aria-label={shares.map(({ version, weight, variant }) => `${variant} ${versionName(version)} ${String(weight)} %`).join(', ')}
      >
        {shares.map(({ version, weight, variant }) => (
          <span
            key={version + variant}
            className={variant === 'stable' || variant === 'candidate' ? variant : 'other'}
            style={{ width: `${String(weight)}%` }}
          />
        ))}
      </div>
      <div className="row small">
        {shares.map(({ version, weight, variant }) => (
          <span key={version + variant}>
            <i className={`swatch ${variant}`} />
            {variant} <strong>{versionName(version)}</strong> {weight} %
          </span>
        ))}
      </div>
    </div>
  );
}
