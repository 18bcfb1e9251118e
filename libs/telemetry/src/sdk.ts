interface Stoppable {
  shutdown(): Promise<void>;
}

let running: Stoppable | undefined;

/** Remembers the SDK that `start` brought up, so that the process can flush it before it ends. */
export function remember(sdk: Stoppable): void {
  running = sdk;
}

/** Sends what is still buffered and stops. Does nothing when telemetry was not started; never rejects. */
export async function shutdownTelemetry(): Promise<void> {
  const sdk = running;
  running = undefined;
  // A collector that is away must not keep a process from ending cleanly.
  await sdk?.shutdown().catch(() => undefined);
}
