/** A link that opens the console once, in a project when one is named, asked from governance with the administrator's key; undefined when refused. */
export async function loginLink(
  governanceUrl: string,
  consoleUrl: string,
  adminKey: string,
  project?: string,
): Promise<string | undefined> {
  const link = await askLink(governanceUrl, consoleUrl, adminKey);
  if (link === undefined || project === undefined) return link;
  const inProject = new URL(link);
  inProject.searchParams.set('project', project);
  return inProject.href;
}

async function askLink(governanceUrl: string, consoleUrl: string, adminKey: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${governanceUrl}/api/v1/login-links`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ person: 'admin' }),
      signal: AbortSignal.timeout(5000),
    });
    if (!response.ok) return undefined;
    const answer = (await response.json()) as { url?: unknown; token?: unknown; path?: unknown };
    if (typeof answer.url === 'string') return new URL(answer.url, consoleUrl).toString();
    if (typeof answer.path === 'string') return new URL(answer.path, consoleUrl).toString();
    return typeof answer.token === 'string' ? `${consoleUrl}/login?token=${encodeURIComponent(answer.token)}` : undefined;
  } catch {
    return undefined;
  }
}
