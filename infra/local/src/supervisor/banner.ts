import type { Home, Ports } from './layout.js';

export interface BannerFacts {
  readonly version: string;
  readonly home: Home;
  readonly ports: Ports;
  /** Where people reach the console. */
  readonly consoleUrl: string;
  readonly loginUrl?: string;
  readonly openBrokers?: string;
  /** What one does now. */
  readonly next: string;
}

/** What a newcomer needs next: addresses, how to log in, where things are. */
export function banner(facts: BannerFacts): string {
  const { ports, home } = facts;
  const console = facts.consoleUrl;
  const line = (name: string, text: string): string => `  ${name.padEnd(10)} ${text}`;
  const lines = [
    '',
    line('Console', facts.loginUrl ?? console),
    ...(facts.loginUrl === undefined ? [] : [line('', `the link logs in once, as admin; afterwards ${console}`)]),
    line('API', `http://127.0.0.1:${ports.console}/api/v1    key: field adminKey of ${home.secrets}`),
    line('Infer', `http://127.0.0.1:${ports.serving}/v2    Open Inference Protocol`),
    ...(facts.openBrokers === undefined
      ? []
      : [line('Kafka', `${facts.openBrokers}    write predictions and labels, read public topics, no login`)]),
    line('Logs', home.logs),
    line('Next', facts.next),
    '',
  ];
  return lines.join('\n');
}
