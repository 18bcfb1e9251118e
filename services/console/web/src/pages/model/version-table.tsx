import type { EndpointView, VersionView } from '@drawbridge/contracts';
import type { ReactNode } from 'react';
import { ActorName } from '../../parts/actor.js';
import { VersionLink } from '../../parts/links.js';
import { measure } from '../../parts/numbers.js';
import { Time } from '../../parts/time.js';

/** All that a version list says of each version; the metrics that any of them has are columns. */
export function VersionTable({ versions, endpoints }: { versions: readonly VersionView[]; endpoints: readonly EndpointView[] }): ReactNode {
  const metrics = [...new Set(versions.flatMap((version) => Object.keys(version.metrics)))].slice(0, 6);
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="versions">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">version</th>
            <th scope="col">serves</th>
            <th scope="col">aliases</th>
            {metrics.map((metric) => (
              <th key={metric} scope="col" className="num">
                {metric}
              </th>
            ))}
            <th scope="col">run</th>
            <th scope="col">created</th>
            <th scope="col">by</th>
          </tr>
        </thead>
        <tbody>
          {versions.map((version) => (
            <tr key={version.id}>
              <th scope="row">
                <VersionLink model={version.model} version={version.version} short />
              </th>
              <td>{servesWhere(version.version, endpoints)}</td>
              <td>{version.aliases.join(', ')}</td>
              {metrics.map((metric) => (
                <td key={metric} className="num">
                  {measure(version.metrics[metric], 4)}
                </td>
              ))}
              <td>{version.runId ?? <span className="quiet">not given</span>}</td>
              <td className="nowrap">
                <Time at={version.createdAt} />
              </td>
              <td>
                <ActorName actor={version.author} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function servesWhere(version: string, endpoints: readonly EndpointView[]): string {
  return endpoints
    .flatMap(({ name, targets }) =>
      targets.filter((target) => target.version === version).map(({ weight }) => `${name} ${String(weight)} %`),
    )
    .join(', ');
}
