/** Turns contract names into the cluster's and back. */
export class Names {
  constructor(private readonly prefix: string) {}

  topic(name: string): string {
    return `${this.prefix}${name}`;
  }

  group(name: string): string {
    return `${this.prefix}${name}`;
  }

  /** The contract name of a topic of the cluster. */
  contract(topic: string): string {
    return topic.startsWith(this.prefix) ? topic.slice(this.prefix.length) : topic;
  }
}
