import type { VersionView } from '@drawbridge/contracts';
import type { ReactNode } from 'react';
import { ActorName } from '../../parts/actor.js';
import { CopyButton, Id } from '../../parts/copy.js';
import { Facts } from '../../parts/facts.js';
import { TraceLink } from '../../parts/links.js';
import { bytes, count, measure } from '../../parts/numbers.js';
import { Time } from '../../parts/time.js';

/** Metrics, parameters, data, artifact and signature as they were registered; none of it ever changes. */
export function VersionFacts({ version }: { version: VersionView }): ReactNode {
  const { artifact, signature, datasets } = version;
  return (
    <div className="grid2">
      <section className="stack tight">
        <h3>Artifact</h3>
        <Facts
          of={{
            id: <Id value={version.id} />,
            digest: <Id value={artifact.sha256} />,
            format: `${artifact.format}, ${bytes(artifact.bytes)}`,
            author: <ActorName actor={version.author} />,
            registered: (
              <>
                <Time at={version.createdAt} /> <TraceLink id={version.traceId} />
              </>
            ),
            run: version.runId,
            commit: version.gitCommit === undefined ? undefined : <Id value={version.gitCommit} />,
            baseline: version.baselineRef === undefined ? 'none: drift cannot be judged' : <Id value={version.baselineRef.sha256} />,
            about: version.description,
          }}
        />
        <p className="small">
          Fetch it: <CopyButton text={fetchCommand(version)}>copy the command</CopyButton>
        </p>
      </section>
      <Pairs title="Metrics" of={Object.entries(version.metrics).map(([name, value]) => [name, measure(value, 5)])} />
      <Pairs title="Parameters" of={Object.entries(version.parameters)} />
      <section className="stack tight">
        <h3>Data it learned from</h3>
        {datasets.length === 0 ? <p className="quiet">Not given.</p> : null}
        <ul className="plain">
          {datasets.map((data) => (
            <li key={data.name + data.digest}>
              <strong>{data.name}</strong> {data.role ?? ''} {data.rows === undefined ? '' : `${count(data.rows)} rows`}
              <div>
                <Id value={data.digest} />
              </div>
            </li>
          ))}
        </ul>
      </section>
      <section className="stack tight">
        <h3>
          Signature, {signature.inputs.length} in, {signature.outputs.length} out
        </h3>
        <ul className="plain small">
          {[
            ...signature.inputs.map((tensor) => ['in', tensor] as const),
            ...signature.outputs.map((tensor) => ['out', tensor] as const),
          ].map(([way, tensor]) => (
            <li key={way + tensor.name}>
              {way} <code>{tensor.name}</code> {tensor.datatype} [{tensor.shape.join(', ')}]
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function Pairs({ title, of }: { title: string; of: readonly (readonly [string, string])[] }): ReactNode {
  return (
    <section className="stack tight">
      <h3>{title}</h3>
      {of.length === 0 ? <p className="quiet">None given.</p> : <Facts of={Object.fromEntries(of)} />}
    </section>
  );
}

function fetchCommand(version: VersionView): string {
  return `curl -H "Authorization: Bearer $DRAWBRIDGE_API_KEY" -o model.${version.artifact.format} '${location.origin}${version.artifact.uri}' && sha256sum model.${version.artifact.format}`;
}
