/** Stops what the set-up started. Should this never run, the processes end with their parent all the same. */
export default async function tearDown() {
  await globalThis.drawbridgeTestCluster?.stop();
}
