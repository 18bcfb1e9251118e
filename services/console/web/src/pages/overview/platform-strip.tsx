import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { PlatformView } from '../../api/console-views.js';
import { useResource } from '../../api/use-resource.js';
import { Panel } from '../../parts/panel.js';
import { Status } from '../../parts/status.js';

/** Is the platform itself healthy: every service's readiness, asked now. */
export function PlatformStrip(): ReactNode {
  const query = useResource<PlatformView>('/api/v1/platform', { refetchInterval: 15_000, ofInstallation: true });
  return (
    <Panel
      title="Is the platform healthy?"
      query={query}
      cli="drawbridge doctor"
      api="/api/v1/platform"
      extra={<Link to="/dead-letters">dead letters</Link>}
    >
      {({ services }) => (
        <ul className="plain services">
          {services.map(({ service, ready, detail, tookMs }) => (
            <li key={service}>
              <details>
                <summary>
                  <span className="strong">{service}</span> <Status kind={ready ? 'ok' : 'bad'}>{ready ? 'Ready' : 'Not ready'}</Status>{' '}
                  <span className="quiet small">{tookMs} ms</span>
                </summary>
                <pre className="small">{JSON.stringify(detail, null, 2)}</pre>
              </details>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
