import type { DeploymentView, EndpointView, Page } from '@drawbridge/contracts';
import { Button, NativeSelect, Textarea } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { apiPath } from '../../api/client.js';
import { useForbidden } from '../../api/session.js';
import { useAction } from '../../api/use-action.js';
import { useResource } from '../../api/use-resource.js';
import { ActionButton } from '../../parts/action-button.js';
import { ProblemNotice } from '../../parts/problem.js';
import { Dialog } from '../../parts/dialog.js';
import { versionName } from '../../parts/version-name.js';

/** Asks the gate to put this version on an endpoint. */
export function RequestDeployment({ model, version }: { model: string; version: string }): ReactNode {
  const [open, setOpen] = useState(false);
  const endpoints = useResource<Page<EndpointView>>(apiPath('endpoints', { model }));
  const forbidden = useForbidden('deployments.write');
  const none = endpoints.data?.items.length === 0 ? `no endpoint serves ${model}; make one with drawbridge endpoint create` : undefined;
  return (
    <>
      <ActionButton why={forbidden ?? none} onAct={() => setOpen(true)}>
        Request deployment
      </ActionButton>
      {open ? <RequestDialog version={version} endpoints={endpoints.data?.items ?? []} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

interface RequestDialogProps {
  readonly version: string;
  readonly endpoints: readonly EndpointView[];
  readonly onClose: () => void;
}

function RequestDialog({ version, endpoints, onClose }: RequestDialogProps): ReactNode {
  const [endpoint, setEndpoint] = useState(endpoints[0]?.name ?? '');
  const [kind, setKind] = useState('canary');
  const [reason, setReason] = useState('');
  const request = useAction<DeploymentView>();
  const navigate = useNavigate();
  const serving = endpoints.find(({ name }) => name === endpoint)?.targets ?? [];
  const submit = (): void => {
    const body = { endpoint, version, reason, ...(kind === 'direct' ? { strategy: { kind, steps: [] } } : {}) };
    request.mutate(
      { path: '/api/v1/deployments', body, done: `${versionName(version)} requested on ${endpoint}; the gate answers next` },
      { onSuccess: ({ id }) => void navigate({ to: '/deployments/$id', params: { id } }) },
    );
  };
  return (
    <Dialog title={`Deploy ${versionName(version)}`} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <NativeSelect
          label="Endpoint"
          value={endpoint}
          data={endpoints.map(({ name }) => name)}
          onChange={(event) => setEndpoint(event.currentTarget.value)}
        />
        <NativeSelect
          label="How"
          value={kind}
          data={[
            { value: 'canary', label: 'canary: 10, 25 and 50 percent, each judged' },
            { value: 'direct', label: 'direct: all at once' },
          ]}
          onChange={(event) => setKind(event.currentTarget.value)}
        />
        <Textarea label="Reason" value={reason} rows={2} onChange={(event) => setReason(event.currentTarget.value)} />
        <p className="small quiet">
          Now:{' '}
          {serving.length === 0
            ? 'nothing serves here'
            : serving.map((target) => `${versionName(target.version)} ${String(target.weight)} %`).join(', ')}
          .
        </p>
        {request.error === null ? null : <ProblemNotice error={request.error} />}
        <div className="actions">
          <Button type="submit" loading={request.isPending}>
            Request
          </Button>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
