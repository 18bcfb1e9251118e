import type { ServiceName } from '../topics.js';

/** Which service owns a resource below `/api/v1/`; the console's gateway forwards by this table. */
export const resourceOwners = {
  models: 'registry',
  artifacts: 'registry',
  baselines: 'registry',
  endpoints: 'deployment',
  deployments: 'deployment',
  monitors: 'monitoring',
  windows: 'monitoring',
  detections: 'monitoring',
  predictions: 'monitoring',
  accounting: 'monitoring',
  policies: 'governance',
  decisions: 'governance',
  approvals: 'governance',
  incidents: 'governance',
  persons: 'governance',
  keys: 'governance',
  'login-links': 'governance',
  sessions: 'governance',
  whoami: 'governance',
  audit: 'governance',
  fleet: 'console',
  search: 'console',
  events: 'console',
  traces: 'console',
  platform: 'console',
  overview: 'console',
  projects: 'console',
  'dead-letters': 'console',
} as const satisfies Readonly<Record<string, ServiceName>>;

export type Resource = keyof typeof resourceOwners;

/** Offsets of a block of ports from its base. */
export const portOffsets = {
  console: 0,
  registry: 1,
  deployment: 2,
  monitoring: 3,
  governance: 4,
  serving: 5,
  postgres: 6,
  kafka: 7,
  kafkaIngest: 8,
  kafkaController: 9,
} as const;

export const defaultPortBase = 4700;
