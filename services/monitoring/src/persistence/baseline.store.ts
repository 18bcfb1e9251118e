import { type BaselineDocument, FeatureLayout } from '@drawbridge/drift';
import type { Transaction } from '@drawbridge/postgres';
import { type Database, rows } from './database.js';

/** A reference document and the shape of the histograms counted against it. */
export interface Baseline {
  readonly sha256: string;
  readonly document: BaselineDocument;
  readonly layout: FeatureLayout;
}

/** Counting without a baseline: rows, errors and latency only. */
const NO_FEATURES = new FeatureLayout({ format: 'drawbridge.baseline/1', rows: 0, features: [] });

/** Reference documents by digest, kept parsed: they never change. */
export class BaselineStore {
  private readonly known = new Map<string, Baseline>();

  constructor(private readonly database: Database) {}

  async add(tx: Transaction, sha256: string, bytes: Buffer): Promise<void> {
    await rows(tx, 'INSERT INTO baselines (sha256, document) VALUES ($1, $2) ON CONFLICT DO NOTHING', [sha256, bytes]);
  }

  async has(tx: Transaction, sha256: string): Promise<boolean> {
    return (await rows(tx, 'SELECT 1 FROM baselines WHERE sha256 = $1', [sha256])).length > 0;
  }

  get(sha256: string): Promise<Baseline> {
    return this.read(sha256, (sql, parameters) => this.database.query(sql, parameters));
  }

  /** As `get`, also for a document that was added in this transaction. */
  within(tx: Transaction, sha256: string): Promise<Baseline> {
    return this.read(sha256, (sql, parameters) => rows(tx, sql, parameters));
  }

  private async read(
    sha256: string,
    query: (sql: string, parameters: readonly unknown[]) => Promise<{ document: Buffer }[]>,
  ): Promise<Baseline> {
    const known = this.known.get(sha256);
    if (known !== undefined) return known;
    const found = await query('SELECT document FROM baselines WHERE sha256 = $1', [sha256]);
    if (found[0] === undefined) throw new Error(`baseline ${sha256} is not stored`);
    const baseline = parseBaseline(sha256, found[0].document);
    this.known.set(sha256, baseline);
    return baseline;
  }

  async layout(sha256: string | null): Promise<FeatureLayout> {
    return sha256 === null ? NO_FEATURES : (await this.get(sha256)).layout;
  }
}

/** Throws when the bytes are not a baseline document that windows can be counted against. */
export function parseBaseline(sha256: string, bytes: Buffer): Baseline {
  // Names and categories end in jsonb columns, which cannot hold it.
  if (bytes.includes(String.raw`\u0000`)) throw new RangeError(`baseline ${sha256} contains a zero byte`);
  const document = JSON.parse(bytes.toString('utf8')) as BaselineDocument;
  if (document?.format !== 'drawbridge.baseline/1') throw new RangeError(`baseline ${sha256} has an unknown format`);
  return { sha256, document, layout: new FeatureLayout(document) };
}
