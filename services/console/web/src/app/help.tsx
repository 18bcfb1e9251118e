import type { ReactNode } from 'react';
import { places } from './places.js';
import { Dialog } from '../parts/dialog.js';

const terms: Readonly<Record<string, string>> = {
  Project: 'A room of its own: models, endpoints, monitors and incidents in it share no names with those of another.',
  Baseline: 'What the training data looked like. Every window is compared with it.',
  Window: 'The predictions of one monitor in one stretch of event time, a day in the demonstration.',
  Effect:
    'How far a feature moved from its baseline, as a PSI equivalent. Below the materiality it does not matter, however certain it is.',
  Statistic: 'How surprising a move is, as -log10 of the p-value. An alarm needs both: surprising and material.',
  Canary: 'A rollout that gives the new version a small share of the traffic first and judges both versions in the same windows.',
  Guard: 'A rule that compares candidate and stable. It passes, fails, or is inconclusive when there is too little data to say.',
  'Rollback helps': 'Only the candidate is off while the stable version is quiet, so that going back ends the harm.',
};

/** Keys, and the words that the pages use. */
export function HelpDialog({ onClose }: { onClose: () => void }): ReactNode {
  return (
    <Dialog title="Keys and words" size="lg" onClose={onClose}>
      <div className="grid2">
        <section className="stack tight">
          <h3>Keys</h3>
          <dl className="facts">
            <dt>Ctrl K</dt>
            <dd>search any id or name</dd>
            <dt>/</dt>
            <dd>the filter of the page</dd>
            <dt>?</dt>
            <dd>this help</dd>
            <dt>[ and ]</dt>
            <dd>window before and after, in monitoring</dd>
            <dt>Esc</dt>
            <dd>close</dd>
            {places.map(({ key, name }) => (
              <div key={key} style={{ display: 'contents' }}>
                <dt>g {key}</dt>
                <dd>{name}</dd>
              </div>
            ))}
          </dl>
        </section>
        <section className="stack tight">
          <h3>Words</h3>
          {Object.entries(terms).map(([term, meaning]) => (
            <p key={term}>
              <strong>{term}</strong>: {meaning}
            </p>
          ))}
        </section>
      </div>
    </Dialog>
  );
}
