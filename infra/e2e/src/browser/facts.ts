import { readFile } from 'node:fs/promises';

/** What the story left behind for the suites after it. */
export interface StoryFacts {
  readonly consoleUrl: string;
  readonly servingUrl: string;
  readonly keys: { readonly admin: string; readonly ana: string; readonly otto: string };
  /** In which the story was played. */
  readonly project: string;
  readonly model: string;
  readonly endpoint: string;
  /** By version. */
  readonly deploymentIds: Readonly<Record<string, string>>;
  readonly incidentId: string;
  /** Trace in which the rollback was published. */
  readonly traceId: string;
}

export async function storyFacts(): Promise<StoryFacts> {
  const file = process.env['DRAWBRIDGE_E2E_FACTS'];
  if (file === undefined) throw new Error('DRAWBRIDGE_E2E_FACTS must name the file that the story wrote');
  const facts = JSON.parse(await readFile(file, 'utf8')) as Partial<StoryFacts>;
  const missing = (['consoleUrl', 'keys', 'project', 'model', 'endpoint', 'deploymentIds', 'incidentId', 'traceId'] as const).filter(
    (name) => facts[name] === undefined,
  );
  if (missing.length > 0) throw new Error(`the story left no ${missing.join(', ')}`);
  return facts as StoryFacts;
}
