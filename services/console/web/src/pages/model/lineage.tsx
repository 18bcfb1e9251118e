import type { LineageView } from '@drawbridge/contracts';
import { type ReactNode } from 'react';
import { segment } from '../../api/client.js';
import { useResource } from '../../api/use-resource.js';
import { DeploymentLink, VersionLink } from '../../parts/links.js';
import { bytes, count } from '../../parts/numbers.js';
import { Panel } from '../../parts/panel.js';
import { versionName } from '../../parts/version-name.js';

/** From the data to where it serves, each link with its digest. */
export function ModelLineage({ model, version }: { model: string; version: string | undefined }): ReactNode {
  const path = version === undefined ? undefined : `/api/v1/models/${segment(model)}/versions/${segment(version)}/lineage`;
  const query = useResource<LineageView>(path);
  return (
    <Panel
      title={`Where does ${version === undefined ? 'it' : versionName(version)} come from?`}
      query={query}
      {...(path === undefined ? {} : { api: path })}
    >
      {(lineage) => (
        <ol className="chain">
          {lineage.datasets.map((data) => (
            <li key={data.name + data.digest}>
              data <strong>{data.name}</strong> {data.role ?? ''}
              <div className="small quiet">
                {data.rows === undefined ? '' : `${count(data.rows)} rows, `}
                <code title={data.digest}>{short(data.digest)}</code>
              </div>
            </li>
          ))}
          <li>
            run {lineage.run === undefined ? <span className="quiet">not given</span> : <strong>{lineage.run.id}</strong>}
            <div className="small quiet">{lineage.git === undefined ? 'no commit given' : `git ${lineage.git.commit.slice(0, 12)}`}</div>
          </li>
          <li>
            artifact <strong>{lineage.artifact.format}</strong> {bytes(lineage.artifact.bytes)}
            <div className="small quiet">
              <code title={lineage.artifact.sha256}>{short(lineage.artifact.sha256)}</code>
            </div>
          </li>
          <li>
            <VersionLink model={lineage.model} version={lineage.version} />
            <div className="small quiet">
              {lineage.baseline === undefined ? 'no baseline' : `baseline ${short(lineage.baseline.sha256)}`}
            </div>
          </li>
          {lineage.deployments.map((deployment) => (
            <li key={deployment.deploymentId}>
              <DeploymentLink id={deployment.deploymentId}>{deployment.endpoint}</DeploymentLink>
              <div className="small quiet">{deployment.status}</div>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

function short(digest: string): string {
  return `${digest.replace('sha256:', '').slice(0, 12)}…`;
}
