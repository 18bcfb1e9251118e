/** What the registry keeps of a deployment of one of its versions: enough to answer "where did this go?". */
export interface DeploymentRecord {
  readonly deploymentId: string;
  readonly modelId: string;
  readonly version: string;
  readonly endpointId: string;
  readonly endpoint: string;
  readonly status: 'progressing' | 'promoted' | 'aborted' | 'failed' | 'rolledback';
  readonly reason?: string;
  /** Place of the event among all events of the deployment. */
  readonly sequence: number;
  readonly at: Date;
}

/**
 * Events of one deployment arrive on several topics and may overtake each other; the one with the higher sequence is
 * the truth, whatever came first.
 */
export function newerRecord(known: DeploymentRecord | undefined, arrived: DeploymentRecord): DeploymentRecord {
  return known === undefined || arrived.sequence > known.sequence ? arrived : known;
}

/**
 * Statuses as a reader wants them: of all promoted deployments of an endpoint only the last one still serves.
 * `rows` are the deployments of all versions on the endpoints in question.
 */
export function currentStatuses(rows: readonly DeploymentRecord[]): Map<string, string> {
  const serving = new Map<string, DeploymentRecord>();
  for (const row of rows) {
    if (row.status !== 'promoted') continue;
    const known = serving.get(row.endpointId);
    if (known === undefined || row.at > known.at) serving.set(row.endpointId, row);
  }
  return new Map(
    rows.map((row) => [row.deploymentId, row.status === 'promoted' && serving.get(row.endpointId) !== row ? 'superseded' : row.status]),
  );
}
