import type { NewKeyView } from '@drawbridge/contracts';
import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useAction } from '../../api/use-action.js';
import { CopyButton } from '../../parts/copy.js';
import { ProblemNotice } from '../../parts/problem.js';
import { Dialog } from '../../parts/dialog.js';

const roles = ['viewer', 'operator', 'approver', 'auditor', 'admin', 'producer'];

/** Makes a key for a person or a machine and shows it, this once. */
export function NewKey({ onClose }: { onClose: () => void }): ReactNode {
  const [name, setName] = useState('');
  const [kind, setKind] = useState<'person' | 'machine'>('machine');
  const [owner, setOwner] = useState('');
  const [held, setHeld] = useState<readonly string[]>(['viewer']);
  const make = useAction<NewKeyView>();
  const submit = (): void => {
    const body = { name: name.trim(), [kind]: owner.trim(), ...(held.length === 0 ? {} : { roles: held }) };
    make.mutate({ path: '/api/v1/keys', body, done: `Key ${name} made` });
  };
  return (
    <Dialog title="New key" onClose={onClose}>
      {make.data === undefined ? (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <TextInput
            label="What is it for?"
            value={name}
            required
            autoFocus
            data-autofocus
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NativeSelect
            label="It belongs to a"
            value={kind}
            data={['machine', 'person']}
            onChange={(event) => setKind(event.currentTarget.value === 'person' ? 'person' : 'machine')}
          />
          <TextInput label={`Id of the ${kind}`} value={owner} required onChange={(event) => setOwner(event.currentTarget.value)} />
          <fieldset className="stack tight">
            <legend>Roles</legend>
            {roles.map((role) => (
              <Checkbox
                key={role}
                label={role}
                checked={held.includes(role)}
                onChange={(event) => setHeld(event.currentTarget.checked ? [...held, role] : held.filter((each) => each !== role))}
              />
            ))}
          </fieldset>
          {make.error === null ? null : <ProblemNotice error={make.error} />}
          <div className="actions">
            <Button type="submit" loading={make.isPending}>
              Make the key
            </Button>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
          </div>
        </form>
      ) : (
        <div className="stack">
          <p>This is the only time it is shown.</p>
          <p className="notice">
            <code>{make.data.key}</code>
          </p>
          <div className="actions">
            <CopyButton text={make.data.key}>copy the key</CopyButton>
            <Button onClick={onClose}>Done</Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}
