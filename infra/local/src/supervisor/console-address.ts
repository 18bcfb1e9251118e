/** Where people reach the console: its public address when it has one, else its own. */
export async function consoleAddress(consoleUrl: string, adminKey: string): Promise<string> {
  try {
    const response = await fetch(`${consoleUrl}/api/v1/platform/session`, {
      headers: { authorization: `Bearer ${adminKey}` },
      signal: AbortSignal.timeout(5000),
    });
    const { publicUrl } = (await response.json()) as { publicUrl?: unknown };
    return typeof publicUrl === 'string' ? publicUrl : consoleUrl;
  } catch {
    return consoleUrl;
  }
}
