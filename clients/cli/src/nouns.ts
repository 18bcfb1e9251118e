import type { Register } from './command.js';

interface Noun {
  readonly name: string;
  readonly about: string;
  readonly hidden?: boolean;
  /** Loaded only when it is asked for: most runs need one. */
  readonly load: () => Promise<Register>;
}

/** Everything the CLI can be asked, in the order of the help. */
export const nouns: readonly Noun[] = [
  { name: 'login', about: 'log in to an installation', load: async () => (await import('./commands/login.js')).login },
  { name: 'logout', about: 'forget the key of a context', load: async () => (await import('./commands/login.js')).logout },
  { name: 'whoami', about: 'who the key belongs to and what it may do', load: async () => (await import('./commands/login.js')).whoami },
  { name: 'context', about: 'installations that are known here', load: async () => (await import('./commands/context.js')).context },
  { name: 'status', about: 'is the platform healthy, and what is served', load: async () => (await import('./commands/status.js')).status },
  { name: 'doctor', about: 'check everything, and say how to mend it', load: async () => (await import('./commands/doctor.js')).doctor },
  { name: 'logs', about: 'logs of the stack on this machine', load: async () => (await import('./commands/logs.js')).logs },
  { name: 'key', about: 'API keys', load: async () => (await import('./commands/key.js')).key },
  { name: 'person', about: 'persons and their roles', load: async () => (await import('./commands/person.js')).person },
  { name: 'project', about: 'projects in which something exists', load: async () => (await import('./commands/project.js')).project },
  { name: 'model', about: 'models', load: async () => (await import('./commands/model.js')).model },
  { name: 'version', about: 'versions of models', load: async () => (await import('./commands/version.js')).version },
  { name: 'endpoint', about: 'where models are served', load: async () => (await import('./commands/endpoint.js')).endpoint },
  { name: 'deployment', about: 'rollouts and their verbs', load: async () => (await import('./commands/deployment.js')).deployment },
  { name: 'approval', about: 'questions that wait for a person', load: async () => (await import('./commands/approval.js')).approval },
  { name: 'policy', about: 'rules of the gate', load: async () => (await import('./commands/policy.js')).policy },
  {
    name: 'monitor',
    about: 'drift, quality and performance of what is served',
    load: async () => (await import('./commands/monitor.js')).monitor,
  },
  { name: 'incident', about: 'what needs a person', load: async () => (await import('./commands/incident.js')).incident },
  { name: 'audit', about: 'who did what, and is the record whole', load: async () => (await import('./commands/audit.js')).audit },
  { name: 'events', about: 'events, live and past, and dead letters', load: async () => (await import('./commands/events.js')).events },
  { name: 'predict', about: 'ask a served model', load: async () => (await import('./commands/predict.js')).predict },
  { name: 'completion', about: 'completion for your shell', load: async () => (await import('./commands/completion.js')).completion },
  {
    name: '__complete',
    about: 'answers the shell',
    hidden: true,
    load: async () => (await import('./commands/completion.js')).answerShell,
  },
];
