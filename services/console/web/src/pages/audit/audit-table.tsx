import type { AuditEntryView } from '@drawbridge/contracts';
import { type ReactNode, useState } from 'react';
import { ActorName } from '../../parts/actor.js';
import { Id } from '../../parts/copy.js';
import { Facts } from '../../parts/facts.js';
import { EventLink, TraceLink } from '../../parts/links.js';
import { Status } from '../../parts/status.js';
import { Time } from '../../parts/time.js';

/** Entries of the log; each opens to its event, its place in Kafka and its leaf. */
export function AuditTable({ entries }: { entries: readonly AuditEntryView[] }): ReactNode {
  const [open, setOpen] = useState<number>();
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="audit entries">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">time</th>
            <th scope="col">actor</th>
            <th scope="col">action</th>
            <th scope="col">subject</th>
            <th scope="col">result</th>
            <th scope="col">reason</th>
            <th scope="col">trace</th>
            <th scope="col">entry</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <EntryRows
              key={entry.index}
              entry={entry}
              open={open === entry.index}
              onOpen={() => setOpen(open === entry.index ? undefined : entry.index)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function EntryRows({ entry, open, onOpen }: { entry: AuditEntryView; open: boolean; onOpen: () => void }): ReactNode {
  return (
    <>
      <tr>
        <td className="nowrap">
          <Time at={entry.at} />
        </td>
        <td>
          <ActorName actor={entry.actor} />
        </td>
        <td>
          <code>{entry.action}</code>
        </td>
        <td>{entry.subject}</td>
        <td>
          <Status kind={entry.outcome === 'ok' ? 'ok' : 'bad'}>{entry.outcome}</Status>
        </td>
        <td>{entry.reason}</td>
        <td>
          <TraceLink id={entry.traceId} />
        </td>
        <td>
          <button type="button" className="link-button" aria-expanded={open} onClick={onOpen}>
            #{entry.index}
          </button>
        </td>
      </tr>
      {open ? (
        <tr>
          <td colSpan={8}>
            <Facts
              of={{
                event: (
                  <span className="row">
                    <Id value={entry.eventId} /> <EventLink id={entry.eventId} />
                  </span>
                ),
                place: `${entry.topic}, partition ${String(entry.partition ?? 'n/a')}, offset ${entry.offset ?? 'n/a'}`,
                payload: entry.payloadSha256 === undefined ? undefined : <Id value={entry.payloadSha256} />,
                leaf: <Id value={entry.leafHash} />,
                details: entry.details === undefined ? undefined : <pre>{JSON.stringify(entry.details, null, 2)}</pre>,
              }}
            />
          </td>
        </tr>
      ) : null}
    </>
  );
}
