import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const registry = new Registry();
let defaultsCollected = false;

function existing<M>(kind: new (...args: never[]) => M, name: string): M | undefined {
  const found: unknown = registry.getSingleMetric(name);
  if (found === undefined) return undefined;
  if (found instanceof kind) return found;
  throw new Error(`metric ${name} exists with another type`);
}

/** The metrics of this process. Asking twice for a name gives the same metric. */
export const metrics = {
  counter(name: string, help: string, labelNames: readonly string[] = []): Counter {
    return existing(Counter, name) ?? new Counter({ name, help, labelNames, registers: [registry] });
  },

  gauge(name: string, help: string, labelNames: readonly string[] = []): Gauge {
    return existing(Gauge, name) ?? new Gauge({ name, help, labelNames, registers: [registry] });
  },

  histogram(
    name: string,
    help: string,
    options: { readonly labelNames?: readonly string[]; readonly buckets?: readonly number[] } = {},
  ): Histogram {
    return (
      existing(Histogram, name) ??
      new Histogram({
        name,
        help,
        labelNames: options.labelNames ?? [],
        ...(options.buckets === undefined ? {} : { buckets: [...options.buckets] }),
        registers: [registry],
      })
    );
  },

  /** The exposition text, with the default metrics of the process. */
  text(): Promise<string> {
    if (!defaultsCollected) {
      defaultsCollected = true;
      collectDefaultMetrics({ register: registry });
    }
    return registry.metrics();
  },

  contentType: registry.contentType,
};
